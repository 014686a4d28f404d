import type { PrismaClient } from '../generated/prisma/client.ts';
import { delayFactorMax, type ProviderSync } from './provider-sync.ts';

/** Payments that one round looks at. */
const batchMax = 20;

export interface ReconcileOptions {
  readonly prisma: PrismaClient;
  readonly sync: ProviderSync;
  readonly reconcileDelayMs: number;
}

/**
 * Compares payments that are due with the provider, open ones first. Each is claimed by setting its next look, so
 * that other processes pass it by meanwhile. Resolves to true when more may be due.
 */
export async function reconcilePayments(options: ReconcileOptions): Promise<boolean> {
  const { prisma, sync, reconcileDelayMs } = options;
  const claimed = await prisma.$queryRaw<{ id: string }[]>`
    UPDATE payments SET checks = checks + 1, next_check_at = now() + interval '1 millisecond'
      * ${reconcileDelayMs}::int * least(${delayFactorMax}::int, 2 ^ least(checks, 10))
    WHERE id IN (SELECT id FROM payments WHERE next_check_at <= now()
      ORDER BY status <> 'PENDING', next_check_at LIMIT ${batchMax}::int FOR UPDATE SKIP LOCKED)
    RETURNING id`;
  const ids = claimed.map(({ id }) => id);
  if (ids.length === 0) return false;
  const payments = await prisma.payment.findMany({ where: { id: { in: ids } } });
  const outcomes = await Promise.allSettled(payments.map((payment) => sync.check(payment)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason; // those that failed are due again later
  return ids.length === batchMax;
}

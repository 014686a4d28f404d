import { type AuditedChange, toAuditRow } from '@plaza/kit/audit/audit-row';
import type { Prisma } from '../generated/prisma/client.ts';

type EntityType =
  | 'SeatHold'
  | 'Order'
  | 'Ticket'
  | 'Event'
  | 'Schedule'
  | 'PriceList'
  | 'PromoCode'
  | 'DeadLetters';

/** Writes down who did what, in the transaction that does it. */
export async function recordAudit(
  tx: Pick<Prisma.TransactionClient, 'auditEntry'>,
  ...changes: readonly AuditedChange<string, EntityType>[]
): Promise<void> {
  if (changes.length > 0) await tx.auditEntry.createMany({ data: changes.map(toAuditRow) });
}

import { createUuidV7 } from '@plaza/kit/uuid';
import type {
  ClientCreditAccount,
  CreditTransactionKind,
  Payment,
  Refund,
} from '../generated/prisma/client.ts';
import type { PaymentsWork } from '../work.ts';

export interface CreditMove {
  readonly accountId: string;
  readonly kind: CreditTransactionKind;
  readonly amountMinor: number;
  readonly recordedBy: string | null;
  readonly paymentId?: string;
  readonly refundId?: string;
}

/**
 * Changes what a client owes, with the transaction that explains it: a drawdown never above the limit,
 * a payment or reversal never below zero. One guarded update decides; undefined when it does not fit.
 */
export async function moveCredit(
  { tx }: PaymentsWork,
  { accountId, kind, amountMinor, ...facts }: CreditMove,
): Promise<ClientCreditAccount | undefined> {
  const change = kind === 'DRAWDOWN' ? amountMinor : -amountMinor;
  const changed = await tx.$executeRaw`
    UPDATE client_credit_accounts SET balance_minor = balance_minor + ${change}, updated_at = now()
    WHERE id = ${accountId}::uuid AND balance_minor + ${change} >= 0
      AND (${change} < 0 OR balance_minor + ${change} <= limit_minor)`;
  if (changed === 0) return undefined;
  const account = await tx.clientCreditAccount.findUniqueOrThrow({ where: { id: accountId } });
  await tx.clientCreditTransaction.create({
    data: {
      id: createUuidV7(),
      accountId,
      kind,
      amountMinor,
      balanceAfterMinor: account.balanceMinor,
      ...facts,
    },
  });
  return account;
}

/** What a refund of a payment by credit gives back: the client owes less, or pays less next time. */
export async function returnCredit(
  work: PaymentsWork,
  { creditAccountId }: Payment,
  { id, amountMinor, paymentId, requestedBy }: Refund,
): Promise<void> {
  if (creditAccountId === null) return;
  await work.tx
    .$executeRaw`SELECT 1 FROM client_credit_accounts WHERE id = ${creditAccountId}::uuid FOR UPDATE`;
  const where = { id: creditAccountId };
  const account = await work.tx.clientCreditAccount.findUniqueOrThrow({ where });
  // What the client has already paid back cannot be owed less: it is handed back over the counter.
  const owedMinor = Math.min(amountMinor, account.balanceMinor);
  if (owedMinor === 0) return;
  await moveCredit(work, {
    accountId: creditAccountId,
    kind: 'REVERSAL',
    amountMinor: owedMinor,
    recordedBy: requestedBy,
    paymentId,
    refundId: id,
  });
}

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
 * a payment never below zero. One guarded update decides; undefined when it does not fit.
 */
export async function moveCredit(
  { tx }: PaymentsWork,
  { accountId, kind, amountMinor, ...facts }: CreditMove,
): Promise<ClientCreditAccount | undefined> {
  const change = kind === 'DRAWDOWN' ? amountMinor : -amountMinor;
  const changed = await tx.$executeRaw`
    UPDATE client_credit_accounts SET balance_minor = balance_minor + ${change}, updated_at = now()
    WHERE id = ${accountId}::uuid AND CASE ${kind}
      WHEN 'DRAWDOWN' THEN balance_minor + ${change} <= limit_minor
      WHEN 'PAYMENT' THEN balance_minor + ${change} >= 0
      ELSE true END`;
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

/**
 * What a refund of a payment by credit gives back: the client owes less. What it has paid already
 * takes the balance below zero, and it pays so much less next time.
 */
export async function returnCredit(
  work: PaymentsWork,
  { creditAccountId }: Payment,
  { id: refundId, amountMinor, paymentId, requestedBy: recordedBy }: Refund,
): Promise<void> {
  if (creditAccountId === null) return;
  const reversal = { accountId: creditAccountId, kind: 'REVERSAL', amountMinor } as const;
  await moveCredit(work, { ...reversal, recordedBy, paymentId, refundId });
}

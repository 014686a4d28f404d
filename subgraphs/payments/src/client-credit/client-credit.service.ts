import { requireScope, requireSelfOrScope } from '@plaza/kit/auth/viewer';
import { money } from '@plaza/kit/money.type';
import { createUuidV7 } from '@plaza/kit/uuid';
import { type Actor, saveAudit } from '../audit/audit.ts';
import type {
  ClientCreditAccount,
  ClientCreditTransaction,
  PrismaClient,
} from '../generated/prisma/client.ts';
import { claimKey, type KeyedCall } from '../idempotency/idempotency-key.ts';
import { paymentKeyReused } from '../idempotency/idempotency-key-reused.type.ts';
import type { PaymentsTransactions } from '../work.ts';
import type { RecordClientCreditPaymentResult } from './client-credit.type.ts';
import { moveCredit } from './credit-ledger.ts';

/** Transactions that one field shows. */
const transactionsMax = 100;

export interface CreditPayment {
  readonly accountId: string;
  readonly amountMinor: number;
  readonly idempotencyKey: string;
  readonly actor: Actor;
}

type Result = typeof RecordClientCreditPaymentResult;
/** Leaves nothing behind, not even a used key, and becomes the result. */
type Undo = (result: Result) => never;

/** Accounts of clients who buy on credit. */
export class ClientCreditService {
  readonly #prisma: PrismaClient;
  readonly #transactions: PaymentsTransactions;

  constructor(prisma: PrismaClient, transactions: PaymentsTransactions) {
    this.#prisma = prisma;
    this.#transactions = transactions;
  }

  /** Null when the client has none. Throws FORBIDDEN for others than the client and payment:read. */
  async find(clientId: string, actor: Actor): Promise<ClientCreditAccount | null> {
    requireSelfOrScope(actor, clientId, 'payment:read');
    return this.#prisma.clientCreditAccount.findUnique({ where: { clientId } });
  }

  /** Newest first, at most 100. */
  findTransactions({ id }: ClientCreditAccount): Promise<ClientCreditTransaction[]> {
    return this.#prisma.clientCreditTransaction.findMany({
      where: { accountId: id },
      orderBy: { id: 'desc' },
      take: transactionsMax,
    });
  }

  /**
   * Opens an account in pesos, or changes the limit of the one that is there; below what is owed, it
   * stops further purchases. Throws FORBIDDEN without scope payment:write.
   */
  async setLimit(
    { clientId, limitMinor }: { readonly clientId: string; readonly limitMinor: number },
    actor: Actor,
  ): Promise<ClientCreditAccount> {
    requireScope(actor, 'payment:write');
    return this.#transactions.run(async (work) => {
      const { tx } = work;
      await tx.$executeRaw`
        SELECT 1 FROM client_credit_accounts WHERE client_id = ${clientId}::uuid FOR UPDATE`;
      const before = await tx.clientCreditAccount.findUnique({ where: { clientId } });
      const account = await tx.clientCreditAccount.upsert({
        where: { clientId },
        create: { id: createUuidV7(), clientId, limitMinor, currency: 'MXN' },
        update: { limitMinor },
      });
      await saveAudit(work, actor, {
        action: 'client_credit.limit_set',
        entityType: 'ClientCreditAccount',
        entityId: account.id,
        ...(before !== null && { before: { limitMinor: before.limitMinor } }),
        after: { limitMinor },
      });
      return account;
    });
  }

  /** The client owes less. Throws FORBIDDEN without scope order:write. */
  async recordPayment(payment: CreditPayment): Promise<Result> {
    const { accountId, amountMinor, idempotencyKey: key, actor } = payment;
    const owner = requireScope(actor, 'order:write').userId;
    const operation = 'recordClientCreditPayment';
    const call: KeyedCall = { owner, key, operation, input: { accountId, amountMinor } };
    return this.#transactions.runUndoable(async (work, undo: Undo): Promise<Result> => {
      const { tx } = work;
      await tx.$executeRaw`
        SELECT 1 FROM client_credit_accounts WHERE id = ${accountId}::uuid FOR UPDATE`;
      const before = await tx.clientCreditAccount.findUnique({ where: { id: accountId } });
      if (before === null) return { __typename: 'ClientCreditNotFound', accountId };
      const claim = await claimKey(tx, call, accountId);
      if (claim.kind === 'reused') return paymentKeyReused;
      if (claim.kind === 'repeated') return { __typename: 'ClientCreditSaved', account: before };
      if (amountMinor > before.balanceMinor) {
        const balance = money(before.balanceMinor, before.currency);
        return undo({ __typename: 'ClientCreditPaymentTooLarge', balance });
      }
      const move = { accountId, kind: 'PAYMENT', amountMinor, recordedBy: owner } as const;
      const account = (await moveCredit(work, move)) ?? before;
      await saveAudit(work, actor, {
        action: 'client_credit.payment_recorded',
        entityType: 'ClientCreditAccount',
        entityId: accountId,
        before: { balanceMinor: before.balanceMinor },
        after: { balanceMinor: account.balanceMinor },
      });
      return { __typename: 'ClientCreditSaved', account };
    });
  }
}

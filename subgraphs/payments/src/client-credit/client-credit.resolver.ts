import { Money, money } from '@plaza/kit/money.type';
import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import type { PaymentsContext } from '../context.ts';
import type {
  ClientCreditAccount as AccountRow,
  ClientCreditTransaction as TransactionRow,
} from '../generated/prisma/client.ts';
import { idempotencyKeyInput } from '../idempotency/idempotency-key.ts';
import { User } from '../user/user.type.ts';
import {
  ClientCreditAccount,
  ClientCreditTransaction,
  RecordClientCreditPaymentResult,
} from './client-credit.type.ts';

const limitInput = z.object({ limitMinor: z.int().min(0, 'must not be negative') });
const paymentInput = z.object({
  amountMinor: z.int().min(1, 'must be at least 1'),
  idempotencyKey: idempotencyKeyInput,
});

@Resolver(() => ClientCreditAccount)
export class ClientCreditResolver {
  @Query(() => ClientCreditAccount, {
    nullable: true,
    description: 'The credit of a client, for the client and scope payment:read. Null if none.',
  })
  clientCreditAccount(
    @Arg('clientId', () => ID, { description: 'Id of the user.' }) clientId: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<AccountRow | null> {
    return ctx.credit.find(requireUuid(clientId, 'clientId'), ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => ClientCreditAccount, {
    nullable: true,
    description: 'Opens a credit account in MXN, or changes its limit. Needs scope payment:write.',
  })
  setClientCreditLimit(
    @Arg('clientId', () => ID, { description: 'Id of the user.' }) clientId: string,
    @Arg('limitMinor', () => Int, { description: 'The most that the client may owe, in centavos.' })
    limitMinor: number,
    @Ctx() ctx: PaymentsContext,
  ): Promise<AccountRow> {
    const input = parseInput(limitInput, { limitMinor });
    return ctx.credit.setLimit({ ...input, clientId: requireUuid(clientId, 'clientId') }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => RecordClientCreditPaymentResult, {
    nullable: true,
    description: 'Records that a client paid some of what it owes. Needs scope order:write.',
  })
  recordClientCreditPayment(
    @Arg('accountId', () => ID, { description: 'Id of the account.' }) accountId: string,
    @Arg('amountMinor', () => Int, { description: 'What was paid, in centavos.' })
    amountMinor: number,
    @Arg('idempotencyKey', () => String, { description: 'Made once for this payment.' })
    idempotencyKey: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof RecordClientCreditPaymentResult> {
    const input = parseInput(paymentInput, { amountMinor, idempotencyKey });
    const id = requireUuid(accountId, 'accountId');
    return ctx.credit.recordPayment({ ...input, accountId: id, actor: ctx });
  }

  @FieldResolver(() => User, { nullable: true, description: 'Whose credit it is.' })
  client(@Root() { clientId }: AccountRow): User {
    return { id: clientId };
  }

  @FieldResolver(() => Money, { description: 'The most that the client may owe.' })
  limit(@Root() { limitMinor, currency }: AccountRow): Money {
    return money(limitMinor, currency);
  }

  @FieldResolver(() => Money, {
    description: 'What the client owes; below zero what it has in its favour.',
  })
  balance(@Root() { balanceMinor, currency }: AccountRow): Money {
    return money(balanceMinor, currency);
  }

  @FieldResolver(() => [ClientCreditTransaction], {
    description: 'What changed it, newest first; the last 100.',
  })
  transactions(
    @Root() account: AccountRow,
    @Ctx() ctx: PaymentsContext,
  ): Promise<TransactionRow[]> {
    return ctx.credit.findTransactions(account);
  }
}

@Resolver(() => ClientCreditTransaction)
export class ClientCreditTransactionResolver {
  @FieldResolver(() => Money, { description: 'By how much.' })
  amount(@Root() { amountMinor }: TransactionRow): Money {
    return money(amountMinor, 'MXN');
  }

  @FieldResolver(() => Money, { description: 'What the client owed after it.' })
  balanceAfter(@Root() { balanceAfterMinor }: TransactionRow): Money {
    return money(balanceAfterMinor, 'MXN');
  }
}

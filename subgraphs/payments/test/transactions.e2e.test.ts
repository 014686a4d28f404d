import { Transactions } from '@plaza/kit/messaging/transactions';
import { createUuidV7 } from '@plaza/kit/uuid';
import test from 'ava';
import type { Prisma } from '../src/generated/prisma/client.ts';
import { createTestPayments } from './kit/test-payments.ts';

test('two transactions that lock each other out both commit, and announce only then', async (t) => {
  await using payments = await createTestPayments();
  const { prisma, subgraph } = payments;
  const { pubSub } = subgraph.messaging;
  const transactions = new Transactions<Prisma.TransactionClient>({
    prisma,
    source: 'payments',
    pubSub,
    log: subgraph.app.log as never,
  });
  const ids = [createUuidV7(), createUuidV7()];
  for (const id of ids) {
    const account = { id, clientId: id, limitMinor: 0, currency: 'MXN' } as const;
    await prisma.clientCreditAccount.create({ data: account });
  }
  await using heard = await pubSub.subscribe('test.deadlock');
  const bothHoldOne = Promise.withResolvers<void>();
  let runs = 0;
  let holding = 0;
  const run = (order: readonly string[], name: string) =>
    transactions.run(async ({ tx, announce }) => {
      runs += 1;
      for (const [place, id] of order.entries()) {
        await tx.$executeRaw`
          UPDATE client_credit_accounts SET limit_minor = limit_minor + 1 WHERE id = ${id}::uuid`;
        holding += 1;
        if (holding >= 2) bothHoldOne.resolve();
        if (place === 0) await bothHoldOne.promise;
      }
      announce('test.deadlock', { name });
    });
  await Promise.all([run(ids, 'one'), run(ids.toReversed(), 'two')]);
  t.true(runs >= 3, 'one of them ran again');
  const rows = await prisma.clientCreditAccount.findMany({ where: { id: { in: ids } } });
  t.deepEqual(
    rows.map(({ limitMinor }) => limitMinor),
    [2, 2],
  );
  const names: string[] = [];
  for await (const announcement of heard) {
    names.push((announcement as { name: string }).name);
    if (names.length === 2) break;
  }
  t.deepEqual(names.sort(), ['one', 'two']);
});

test('work that is undone leaves nothing behind and gives its answer', async (t) => {
  await using payments = await createTestPayments();
  const { prisma, subgraph } = payments;
  const { pubSub } = subgraph.messaging;
  const transactions = new Transactions<Prisma.TransactionClient>({
    prisma,
    source: 'payments',
    pubSub,
    log: subgraph.app.log as never,
  });
  const save = (id: string, isWanted: boolean) => {
    const account = { id, clientId: id, limitMinor: 0, currency: 'MXN' } as const;
    const link = { paymentLinkId: id, orderId: id };
    return transactions.runUndoable(async ({ tx, send }, undo: (why: 'unwanted') => never) => {
      await tx.clientCreditAccount.create({ data: account });
      send('payment_link.expired', link);
      return isWanted ? ('saved' as const) : undo('unwanted');
    });
  };
  const [kept, undone] = [createUuidV7(), createUuidV7()];
  t.is(await save(kept, true), 'saved');
  t.is(await save(undone, false), 'unwanted');
  await t.throwsAsync(save(kept, true), undefined, 'a fault is none of its answers');
  const saved = await prisma.clientCreditAccount.findMany({ select: { id: true } });
  t.deepEqual(saved, [{ id: kept }]);
  t.is(await prisma.outboxMessage.count({ where: { type: 'payment_link.expired' } }), 1);
});

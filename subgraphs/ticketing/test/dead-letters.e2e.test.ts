import { setTimeout as delay } from 'node:timers/promises';
import { createUuidV7 } from '@plaza/kit/uuid';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { paymentQueue } from '../src/order/payment-events.ts';
import { createSeededTicketing, type SeededTicketing } from './kit/seeded-ticketing.ts';

const administrator = { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' } as const;
const listQuery = `{ ticketingDeadLetters(queue: "${paymentQueue}") { nodes { id type reason } } }`;
const replayMutation = `mutation { replayTicketingDeadLetters(queue: "${paymentQueue}") }`;
const discard = (id: string) =>
  `mutation { discardTicketingDeadLetters(queue: "${paymentQueue}", ids: ["${id}"]) }`;

let ticketing: SeededTicketing;
test.before(async () => {
  ticketing = await createSeededTicketing();
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

async function ask(query: string) {
  return (await ticketing.execute({ query, viewer: administrator })).data;
}

async function untilListed() {
  for (;;) {
    const { nodes } = (await ask(listQuery)).ticketingDeadLetters;
    if (nodes.length > 0) return nodes;
    await delay(20);
  }
}

test.serial(
  'an operator lists, replays and discards dead letters, and the audit has it',
  async (t) => {
    const message = await ticketing.messaging.publish('payment.captured', {
      ...{ paymentId: createUuidV7(), orderId: createUuidV7(), amountMinor: 1 },
      ...{ currency: 'MXN', method: 'CARD' },
    });
    const [letter] = await untilListed();
    t.like(letter, { id: message.id, type: 'payment.captured' });
    t.regex(letter.reason, /There is no order/);
    t.is((await ask(replayMutation)).replayTicketingDeadLetters, 1);
    await untilListed();
    t.is((await ask(discard(message.id))).discardTicketingDeadLetters, 1);
    t.deepEqual((await ask(listQuery)).ticketingDeadLetters.nodes, []);
    const entries = await ticketing.database.auditEntry.findMany({
      where: { entityId: paymentQueue },
      orderBy: { id: 'asc' },
    });
    t.like(entries, [
      { action: 'dead_letters.replayed', actorId: administrator.userId },
      { action: 'dead_letters.discarded', actorId: administrator.userId },
    ]);
  },
);

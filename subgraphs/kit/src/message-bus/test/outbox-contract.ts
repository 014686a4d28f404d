import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CuttableProxy } from '@plaza/pub-sub/test-kit/cuttable-proxy';
import type { TestFn } from 'ava';
import { pino } from 'pino';
import type { Message } from '../message.ts';
import type { MessageBus } from '../message-bus.ts';
import { OutboxRelay, type OutboxRelayOptions } from '../outbox/outbox-relay.ts';
import { runOnce } from '../outbox/run-once.ts';
import { saveToOutbox } from '../outbox/save-to-outbox.ts';
import { type BusUnderTest, newMessage } from './bus-under-test.ts';
import { createOutboxDatabase, type OutboxDatabase } from './outbox-database.ts';
import { eventually, ReceivedMessages } from './received-messages.ts';

const relayProcess = fileURLToPath(new URL('relay-process.js', import.meta.url));
const log = pino({ level: 'silent' });

/** From a transaction in one subgraph to a transaction in another, over a real bus. */
export function testOutbox(test: TestFn, on: BusUnderTest): void {
  test('a message leaves with its transaction, and only with it', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    await bus.consume({ queue: on.newQueue(), types: [topic], handler: received.handler() });
    await using relay = await startRelay(database, { bus, pollIntervalMs: 60_000 });
    const [lost, kept] = [newMessage(topic), newMessage(topic, { name: 'Ñandú "5"', n: 1.5 })];
    const failing = database.transaction(async (tx) => {
      await saveToOutbox(tx, [lost]);
      throw new Error('rolled back');
    });
    await t.throwsAsync(failing, { message: 'rolled back' });
    await database.transaction((tx) => saveToOutbox(tx, [kept]));
    await received.untilCount(1); // the poll is a minute away: it is the commit that wakes the relay
    t.deepEqual(
      received.all.map(({ message }) => message),
      [kept],
    );
    await untilSent(database, 1);
    t.like(relay.counters, { sent: 1, failedBatches: 0 });
    t.deepEqual(await relay.readBacklog(), { unsent: 0, oldestMs: 0 });
  });

  test('a row that no notification announced is found by polling', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    await bus.consume({ queue: on.newQueue(), types: [topic], handler: received.handler() });
    await using _relay = await startRelay(database, { bus, pollIntervalMs: 50 });
    const message = newMessage(topic);
    await database.pool.query(
      'INSERT INTO outbox_message (id, type, message) VALUES ($1, $2, $3)',
      [message.id, topic, message],
    );
    await received.untilCount(1);
    t.deepEqual(received.ids, [message.id]);
  });

  test('two relay processes publish every message, and the inbox does its work once', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const handled = await consumeOnce(bus, { queue, topic, database });
    const relays = [startRelayProcess(on, database), startRelayProcess(on, database)];
    await Promise.all(relays.map((relay) => relay.ready));
    const messages = await saveMany(database, topic, 400);
    await handled.untilCount(400, { distinct: true });
    await untilSent(database, 400);
    await Promise.all(relays.map((relay) => relay.kill()));
    t.deepEqual(await readCharges(database), messages.map(({ id }) => id).sort());
  });

  test('a relay killed between publishing and marking: published again, worked on once', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    const handled = await consumeOnce(bus, { queue, topic, database });
    const messages = await saveMany(database, topic, 5);
    const crashing = startRelayProcess(on, database, 'die-before-mark');
    t.is(await crashing.exited, 'SIGKILL');
    await handled.untilCount(5);
    t.is((await unsent(database)).length, 5, 'nothing was marked');
    await using _relay = await startRelay(database, { bus });
    await handled.untilCount(10);
    await untilSent(database, 5);
    t.deepEqual(await readCharges(database), messages.map(({ id }) => id).sort());
  });

  test('work that fails is not remembered, so the next attempt does it', async (t) => {
    await using database = await createOutboxDatabase();
    const once = { messageId: newMessage('order.paid').id, queue: 'payments' };
    const failing = database.transaction((tx) =>
      runOnce(tx, once, () => Promise.reject(new Error('card declined'))),
    );
    await t.throwsAsync(failing, { message: 'card declined' });
    const work = () => Promise.resolve('charged');
    const run = (queue: string) =>
      database.transaction((tx) => runOnce(tx, { ...once, queue }, work));
    t.is(await run('payments'), 'charged');
    t.is(await run('payments'), undefined);
    t.is(await run('tickets'), 'charged', 'another queue has its own memory');
  });

  test('two deliveries at the same moment do the work once', async (t) => {
    await using database = await createOutboxDatabase();
    const once = { messageId: newMessage('order.paid').id, queue: 'payments' };
    let runs = 0;
    const run = () =>
      database.transaction((tx) =>
        runOnce(tx, once, async () => {
          runs += 1;
          await tx.$executeRaw`SELECT pg_sleep(0.1)`;
        }),
      );
    await Promise.all([run(), run(), run()]);
    t.is(runs, 1);
  });

  test('the relay waits while the bus is away and then sends what has gathered', async (t) => {
    const { proxy, url } = await CuttableProxy.inFrontOf(on.url);
    await using _door = proxy;
    await using database = await createOutboxDatabase();
    const [queue, topic] = [on.newQueue(), on.newTopic()];
    await using direct = await on.open();
    const received = new ReceivedMessages();
    await direct.consume({ queue, types: [topic], handler: received.handler() });
    await using bus = await on.at(url).open({ publishTimeoutMs: 200 });
    await using relay = await startRelay(database, { bus, backoffMaxMs: 200 });
    proxy.cut();
    await saveMany(database, topic, 10);
    await eventually(async () => (relay.counters.failedBatches > 1 ? true : undefined));
    t.is((await relay.readBacklog()).unsent, 10);
    proxy.restore();
    await received.untilCount(10, { distinct: true });
    await untilSent(database, 10);
    t.pass();
  });

  test('a message without a queue waits for one to be declared, or is given up', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const [queue, topic, nobodys] = [on.newQueue(), on.newTopic(), on.newTopic()];
    const keep = { unroutableKeepMs: 60_000 };
    await using relay = await startRelay(database, { bus, ...keep });
    await saveMany(database, topic, 1);
    const tried = await eventually(async () =>
      (await unsent(database)).find((row) => row.attempts),
    );
    t.is(tried.last_error, 'no queue takes it');
    const received = new ReceivedMessages();
    await bus.consume({ queue, types: [topic], handler: received.handler() });
    await database.pool.query('UPDATE outbox_message SET next_try_at = now()');
    relay.wake();
    await received.untilCount(1);
    await relay.close();
    await using impatient = await startRelay(database, { bus, unroutableKeepMs: 1 });
    await saveMany(database, nobodys, 1);
    await eventually(async () => (impatient.counters.givenUp === 1 ? true : undefined));
    t.deepEqual(await unsent(database), []);
  });

  test('a message for whoever listens counts as sent when nobody does', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const topic = on.newTopic();
    await using relay = await startRelay(database, { bus, optionalTypes: [topic] });
    await saveMany(database, topic, 1);
    await untilSent(database, 1);
    t.like(relay.counters, { sent: 1, givenUp: 0 });
  });

  test('a row that is no message does not hold up those behind it', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const topic = on.newTopic();
    const received = new ReceivedMessages();
    await bus.consume({ queue: on.newQueue(), types: [topic], handler: received.handler() });
    await database.pool.query(
      `INSERT INTO outbox_message (id, type, message) VALUES (gen_random_uuid(), 'x', '{"a": 1}')`,
    );
    await saveMany(database, topic, 1);
    await using relay = await startRelay(database, { bus });
    await received.untilCount(1);
    await untilSent(database, 2);
    t.like(relay.counters, { sent: 1, givenUp: 1 });
  });

  test('old rows of outbox and inbox are purged, the others stay', async (t) => {
    await using database = await createOutboxDatabase();
    await using bus = await on.open();
    const { pool } = database;
    const old = `now() - interval '2 hours'`;
    await pool.query(`INSERT INTO outbox_message (id, type, message, sent_at) VALUES
      (gen_random_uuid(), 'old', '{}', ${old}), (gen_random_uuid(), 'new', '{}', now())`);
    await pool.query(`INSERT INTO inbox_message (queue, message_id, handled_at) VALUES
      ('old', gen_random_uuid(), ${old}), ('new', gen_random_uuid(), now())`);
    const hour = { sentKeepMs: 3_600_000, inboxKeepMs: 3_600_000 };
    await using relay = await startRelay(database, { bus, ...hour });
    await eventually(async () => (relay.counters.purged === 2 ? true : undefined));
    const left = await pool.query(
      'SELECT type AS name FROM outbox_message UNION ALL SELECT queue FROM inbox_message',
    );
    t.deepEqual(left.rows, [{ name: 'new' }, { name: 'new' }]);
  });

  test('what the bus would refuse fails the transaction instead', async (t) => {
    await using database = await createOutboxDatabase();
    const large = { ...newMessage('order.paid'), payload: { text: 'x'.repeat(300_000) } };
    await t.throwsAsync(
      database.transaction((tx) => saveToOutbox(tx, [large])),
      { code: 'PAYLOAD_TOO_LARGE' },
    );
    t.deepEqual(await unsent(database), []);
  });
}

function startRelay(
  { url: databaseUrl }: OutboxDatabase,
  options: Pick<OutboxRelayOptions, 'bus'> & Partial<OutboxRelayOptions>,
): Promise<OutboxRelay> {
  return OutboxRelay.start({ databaseUrl, log, pollIntervalMs: 500, ...options });
}

/** A handler that charges an order in the transaction of its inbox. */
async function consumeOnce(
  bus: MessageBus,
  { queue, topic, database }: { queue: string; topic: string; database: OutboxDatabase },
): Promise<ReceivedMessages> {
  const received = new ReceivedMessages();
  await bus.consume({
    queue,
    types: [topic],
    handler: async (message, delivery) => {
      await database.transaction((tx) =>
        runOnce(tx, { messageId: message.id, queue }, async () => {
          await tx.$executeRaw`INSERT INTO charge (order_id) VALUES (${message.id})`;
        }),
      );
      received.note(message, delivery);
    },
  });
  return received;
}

async function saveMany(
  database: OutboxDatabase,
  topic: string,
  count: number,
): Promise<readonly Message[]> {
  const messages = Array.from({ length: count }, () => newMessage(topic));
  for (let start = 0; start < count; start += 20) {
    await database.transaction((tx) => saveToOutbox(tx, messages.slice(start, start + 20)));
  }
  return messages;
}

interface UnsentRow {
  readonly attempts: number;
  readonly last_error: string | null;
}

async function unsent({ pool }: OutboxDatabase): Promise<UnsentRow[]> {
  const sql = 'SELECT attempts, last_error FROM outbox_message WHERE sent_at IS NULL';
  return (await pool.query<UnsentRow>(sql)).rows;
}

function untilSent(database: OutboxDatabase, count: number): Promise<true> {
  return eventually(async () => {
    const sql = 'SELECT count(*)::int AS sent FROM outbox_message WHERE sent_at IS NOT NULL';
    const { rows } = await database.pool.query<{ sent: number }>(sql);
    return rows[0]?.sent === count ? true : undefined;
  });
}

async function readCharges({ pool }: OutboxDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ order_id: string }>('SELECT order_id FROM charge');
  return rows.map((row) => row.order_id).sort();
}

function startRelayProcess(on: BusUnderTest, database: OutboxDatabase, manner = 'run') {
  const { log: _, ...options } = on.options;
  const args = [relayProcess, database.url, on.url, JSON.stringify(options), manner];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit').then(([code, signal]) => signal ?? code);
  return {
    ready: once(child.stdout, 'data'),
    exited,
    kill: async (): Promise<void> => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

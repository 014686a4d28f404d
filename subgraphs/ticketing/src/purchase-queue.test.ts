import test from 'ava';
import { pino } from 'pino';
import { PurchaseQueue } from './purchase-queue.ts';

const log = pino({ level: 'silent' });

test('runs a share of the connections at once and the others in the order of arrival', async (t) => {
  const queue = new PurchaseQueue({ databasePoolMax: 4 }, log);
  const begun: number[] = [];
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const results = ends.map(({ promise }, index) =>
    queue.run(async () => {
      begun.push(index);
      await promise;
      return index;
    }),
  );
  await new Promise(setImmediate);
  t.deepEqual(begun, [0, 1]);
  ends[1]?.resolve();
  await results[1];
  await new Promise(setImmediate);
  t.deepEqual(begun, [0, 1, 2]);
  for (const { resolve } of ends) resolve();
  t.deepEqual(await Promise.all(results), [0, 1, 2, 3, 4]);
});

test('gives the turn on when a purchase fails, and refuses when too many wait', async (t) => {
  const queue = new PurchaseQueue({ databasePoolMax: 1 }, log);
  await t.throwsAsync(queue.run(async () => Promise.reject(new Error('failed'))));
  const end = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 2_001 }, () => queue.run(() => end.promise));
  await t.throwsAsync(
    queue.run(async () => undefined),
    { code: 'RATE_LIMITED', message: /try again/ },
  );
  end.resolve();
  await t.notThrowsAsync(Promise.all(waiting));
});

test('answers in time, and lets what it has begun end by itself', async (t) => {
  const lines: string[] = [];
  const noting = pino({}, { write: (line) => lines.push(line) });
  const limits = { waitingMax: 9, waitTimeoutMs: 60_000, answerTimeoutMs: 20 };
  const queue = new PurchaseQueue({ databasePoolMax: 1 }, noting, limits);
  const gate = Promise.withResolvers<void>();
  const late = queue.run(() => gate.promise);
  await t.throwsAsync(late, { code: 'RATE_LIMITED', message: /same idempotencyKey/ });
  const next = queue.run(async () => 'next');
  gate.reject(new Error('failed late'));
  t.is(await next, 'next', 'its turn went on only now');
  t.is(lines.filter((line) => line.includes('failed after its answer')).length, 1);
});

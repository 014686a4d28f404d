import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { WorkQueue } from './work-queue.ts';

const refusal = 'Too much to do: try again in a moment';

test('runs as much at once as is allowed, the rest in the order of arrival', async (t) => {
  const queue = new WorkQueue({ runningMax: 2, waitingMax: 10, waitTimeoutMs: 60_000, refusal });
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const work = gates.map((gate, index) =>
    queue.run(async () => {
      started.push(index);
      await gate.promise;
      return index;
    }),
  );
  await setImmediate();
  t.deepEqual(started, [0, 1]);
  gates[1]?.resolve();
  t.is(await work[1], 1);
  await setImmediate();
  t.deepEqual(started, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  t.deepEqual(await Promise.all(work), [0, 1, 2, 3]);
});

test('refuses more than may wait, and recovers when work fails', async (t) => {
  const queue = new WorkQueue({ runningMax: 1, waitingMax: 1, waitTimeoutMs: 60_000, refusal });
  const gate = Promise.withResolvers<void>();
  const running = queue.run(() => gate.promise);
  const waiting = queue.run(async () => 'waited');
  await t.throwsAsync(
    queue.run(async () => 'refused'),
    { code: 'RATE_LIMITED' },
  );
  gate.reject(new Error('failed'));
  await t.throwsAsync(running, { message: 'failed' });
  t.is(await waiting, 'waited');
  t.is(await queue.run(async () => 'again'), 'again');
});

test('refuses what waited too long, and gives its turn to nobody else', async (t) => {
  const queue = new WorkQueue({ runningMax: 1, waitingMax: 5, waitTimeoutMs: 5, refusal });
  const gate = Promise.withResolvers<void>();
  const running = queue.run(() => gate.promise);
  await t.throwsAsync(
    queue.run(async () => t.fail('ran')),
    { code: 'RATE_LIMITED' },
  );
  gate.resolve();
  await running;
  t.is(await queue.run(async () => 'next'), 'next');
});

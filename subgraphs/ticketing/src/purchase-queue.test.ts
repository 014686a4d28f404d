import test from 'ava';
import { PurchaseQueue } from './purchase-queue.ts';

test('runs a share of the connections at once and the others in the order of arrival', async (t) => {
  const queue = new PurchaseQueue({ databasePoolMax: 4 });
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
  const queue = new PurchaseQueue({ databasePoolMax: 1 });
  await t.throwsAsync(queue.run(async () => Promise.reject(new Error('failed'))));
  const end = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 2_001 }, () => queue.run(() => end.promise));
  await t.throwsAsync(
    queue.run(async () => undefined),
    { message: /try again/ },
  );
  end.resolve();
  await t.notThrowsAsync(Promise.all(waiting));
});

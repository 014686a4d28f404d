import type { ExecutionContext, TestFn } from 'ava';
import type { Bucket, RateLimitStore } from '../../src/rate-limits/rate-limit-store.ts';

/** Stores that count for the same gateways; disposed of with the last. */
export interface JoinedStores extends Disposable {
  join(): Promise<RateLimitStore>;
}

const longMs = 600_000;

function bucket(limit: number, given: Partial<Bucket> = {}): Bucket {
  return { key: `b${limit}`, limit, windowMs: longMs, amount: 1, ...given };
}

/** What every store of rate limits promises. */
export function testRateLimitContract(test: TestFn, name: string, open: () => JoinedStores): void {
  const testStore = (
    title: string,
    run: (t: ExecutionContext, joined: JoinedStores) => Promise<void>,
  ): void => {
    test(`${name}: ${title}`, async (t) => {
      using joined = open();
      await run(t, joined);
    });
  };

  testStore('allows as much as the limit, then nothing, and says what is left', async (t, all) => {
    const store = await all.join();
    for (let left = 4; left >= 0; left -= 1) {
      const [state] = await store.take('ana', [bucket(5)]);
      t.deepEqual([state?.isAllowed, state?.remaining, state?.retryMs], [true, left, 0]);
    }
    const [refused] = await store.take('ana', [bucket(5)]);
    t.deepEqual([refused?.isAllowed, refused?.remaining], [false, 0]);
    const cellMs = longMs / 5;
    t.true((refused?.retryMs ?? 0) > cellMs * 0.9 && (refused?.retryMs ?? 0) <= cellMs);
    t.true((refused?.resetMs ?? 0) > longMs * 0.98 && (refused?.resetMs ?? 0) <= longMs);
  });

  testStore('tells subjects and buckets apart', async (t, all) => {
    const store = await all.join();
    await store.take('ana', [bucket(1)]);
    const states = [
      await store.take('ana', [bucket(1)]),
      await store.take('ben', [bucket(1)]),
      await store.take('ana', [bucket(1, { key: 'other' })]),
    ];
    t.deepEqual(
      states.map(([state]) => state?.isAllowed),
      [false, true, true],
    );
  });

  testStore('takes from all buckets or from none', async (t, all) => {
    const store = await all.join();
    const both = [bucket(1), bucket(10)];
    await store.take('ana', both);
    const refused = await store.take('ana', both);
    t.deepEqual(
      refused.map(({ isAllowed, remaining }) => [isAllowed, remaining]),
      [
        [false, 0],
        [true, 9],
      ],
    );
  });

  testStore('takes amounts, and never more than the limit', async (t, all) => {
    const store = await all.join();
    const take = async (amount: number) => (await store.take('ana', [bucket(10, { amount })]))[0];
    t.like(await take(11), { isAllowed: false, remaining: 10 });
    t.like(await take(7), { isAllowed: true, remaining: 3 });
    t.like(await take(4), { isAllowed: false, remaining: 3 });
    t.like(await take(3), { isAllowed: true, remaining: 0 });
  });

  testStore('gives back and takes afterwards, whatever is left', async (t, all) => {
    const store = await all.join();
    const settle = (amount: number) => store.settle('ana', [bucket(10, { amount })]);
    const left = async () => (await store.take('ana', [bucket(10, { amount: 0 })]))[0]?.remaining;
    await store.take('ana', [bucket(10, { amount: 8 })]);
    await settle(-5);
    t.is(await left(), 7);
    await settle(9);
    t.is(await left(), 0);
    t.like((await store.take('ana', [bucket(10)]))[0], { isAllowed: false });
    await settle(-1_000);
    t.is(await left(), 10);
    t.like((await store.take('ana', [bucket(10, { amount: 11 })]))[0], { isAllowed: false });
  });

  testStore('refills steadily', async (t, all) => {
    const store = await all.join();
    const quick = (): Bucket => bucket(10, { windowMs: 1_000, amount: 10 });
    t.like((await store.take('ana', [quick()]))[0], { isAllowed: true });
    const [refused] = await store.take('ana', [{ ...quick(), amount: 1 }]);
    t.is(refused?.isAllowed, false);
    await new Promise((resolve) => setTimeout(resolve, (refused?.retryMs ?? 0) + 20));
    t.like((await store.take('ana', [{ ...quick(), amount: 1 }]))[0], { isAllowed: true });
  });

  testStore('counts for all that share it, whoever asks first', async (t, all) => {
    const stores = [await all.join(), await all.join()];
    const asked = Array.from({ length: 60 }, (_, index) =>
      (stores[index % 2] ?? stores[0])?.take('ana', [bucket(25)]),
    );
    const states = (await Promise.all(asked)).map((one) => one?.[0]);
    t.is(states.filter((state) => state?.isAllowed).length, 25);
  });
}

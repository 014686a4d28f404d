import test from 'ava';
import { LeasedRateLimits } from './leased-rate-limits.ts';
import { MemoryRateLimits } from './memory-rate-limits.ts';
import type { Bucket, RateLimitStore } from './rate-limit-store.ts';

const dayMs = 86_400_000;
const bucket = (limit: number, amount = 1): Bucket => ({
  key: `b${limit}`,
  limit,
  windowMs: dayMs,
  amount,
});

/** A store of which it is known what it was asked, and two gateways before it. */
function open({ percent = 10, lifeMs = 1_000 } = {}) {
  let nowMs = 0;
  const now = () => nowMs;
  const far = new MemoryRateLimits(now);
  const taken: number[] = [];
  const settled: number[] = [];
  const store: RateLimitStore = {
    take: (subject, buckets) => {
      taken.push(buckets[0]?.amount ?? 0);
      return far.take(subject, buckets);
    },
    settle: (subject, buckets) => {
      settled.push(buckets[0]?.amount ?? 0);
      return far.settle(subject, buckets);
    },
  };
  const gateways = [0, 1].map(() => new LeasedRateLimits(store, { percent, lifeMs }, now));
  const take = async (buckets: readonly Bucket[], gateway = 0) =>
    (await gateways[gateway]?.take('ana', buckets)) ?? [];
  return {
    taken,
    settled,
    take,
    gateways,
    /** By somebody who takes nothing ahead. */
    use: (one: Bucket) => far.take('ana', [one]),
    left: async (limit: number) => (await far.take('ana', [bucket(limit, 0)]))[0]?.remaining,
    advance: (ms: number) => {
      nowMs += ms;
      for (const gateway of gateways) gateway.giveBackOld();
    },
    [Symbol.dispose]: () => {
      for (const gateway of gateways) gateway[Symbol.dispose]();
    },
  };
}

test('takes ahead for whoever comes again, and says what is left as if it did not', async (t) => {
  using rates = open();
  for (let count = 1; count <= 90; count += 1) {
    const [state] = await rates.take([bucket(1_000)]);
    t.deepEqual([state?.isAllowed, state?.remaining], [true, 1_000 - count]);
    t.true(Math.abs((state?.resetMs ?? 0) - (count * dayMs) / 1_000) < 1);
  }
  t.deepEqual(rates.taken, [1, 100]);
});

test('never lets more through than the limit, whoever asks', async (t) => {
  using rates = open({ percent: 50 });
  const limits = [bucket(100), bucket(300)];
  const asked = Array.from({ length: 400 }, (_, at) => rates.take(limits, at % 2));
  const states = await Promise.all(asked);
  const passed = states.filter((all) => all.every(({ isAllowed }) => isAllowed)).length;
  t.true(passed <= 100);
  rates.advance(2_000);
  let more = 0;
  while ((await rates.take(limits)).every(({ isAllowed }) => isAllowed)) more += 1;
  t.is(passed + more, 100, 'what was taken ahead and not used has come back');
});

test('gives back what is not used in time, and at the end', async (t) => {
  using rates = open();
  await rates.take([bucket(1_000)]);
  await rates.take([bucket(1_000)]);
  t.is(await rates.left(1_000), 899);
  rates.advance(999);
  t.deepEqual(rates.settled, []);
  rates.advance(1);
  t.deepEqual(rates.settled, [-99]);
  t.is(await rates.left(1_000), 998);
  await rates.take([bucket(1_000)]);
  await rates.take([bucket(1_000)]);
  rates[Symbol.dispose]();
  t.is(await rates.left(1_000), 996);
});

test('counts one by one whoever has little left, and comes seldom', async (t) => {
  using few = open();
  for (let count = 0; count < 9; count += 1) await few.take([bucket(9)]);
  t.deepEqual(new Set(few.taken), new Set([1]));
  t.false((await few.take([bucket(9)]))[0]?.isAllowed);
  using seldom = open();
  for (let count = 0; count < 5; count += 1) {
    await seldom.take([bucket(1_000)]);
    seldom.advance(1_000);
  }
  t.deepEqual(seldom.taken, [1, 1, 1, 1, 1]);
});

test('takes what is needed when others have left too little to take ahead', async (t) => {
  using rates = open({ percent: 50 });
  await rates.take([bucket(100)]);
  await rates.use(bucket(100, 80));
  const [state] = await rates.take([bucket(100)]);
  t.is(state?.isAllowed, true);
});

test('asks every time for buckets of different amounts, and passes corrections on', async (t) => {
  using rates = open();
  for (let count = 0; count < 3; count += 1) await rates.take([bucket(1_000), bucket(2_000, 5)]);
  t.is(rates.taken.length, 3);
  await rates.gateways[0]?.settle('ana', [bucket(1_000, -1)]);
  t.deepEqual(rates.settled, [-1]);
});

import test from 'ava';
import { SaleWorld } from './kit/sale-world.ts';
import { createSeededTicketing, type SeededTicketing } from './kit/seeded-ticketing.ts';

/** The test ends after the most steps, or after its time when it has done the least. */
const stepsMin = 100;
const stepsMax = 600;
const budgetMs = 12_000;
let ticketing: SeededTicketing;
test.before(async () => {
  ticketing = await createSeededTicketing();
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

test('keeps its promises whatever is called and told, twice and in any order', async (t) => {
  const seed = Number(process.pid) * 7_919 + new Date().getMilliseconds();
  t.log(`seed ${seed}`);
  const world = await SaleWorld.on(ticketing, seed);
  const endsAt = performance.now() + budgetMs;
  let steps = 0;
  const hasTime = () => steps < stepsMin || performance.now() < endsAt;
  for (; steps < stepsMax && hasTime(); steps += 1) {
    await Promise.all(Array.from({ length: 1 + world.below(3) }, () => world.act()));
    if (steps % 10 === 0) t.deepEqual(await world.findFaults(), [], `step ${steps}`);
  }
  await world.comeToRest();
  t.deepEqual(await world.findFaults(), []);
  t.deepEqual(await world.findWrongMoney(), []);
  const { counts } = world;
  t.log(`${steps} steps`, counts);
  t.true((counts.PAID ?? 0) + (counts.REFUNDED ?? 0) > 0, 'somebody bought');
});

import test from 'ava';
import { isDueEarly } from './cache-access.ts';
import type { CacheEntry } from './cache-entry.ts';

function entry(remainingMs: number, costMs: number): CacheEntry {
  const freshUntilMs = performance.now() + remainingMs;
  const since = { epoch: 'e', sequence: 0 };
  const times = { bornMs: 0, freshUntilMs, staleUntilMs: freshUntilMs, costMs };
  const tags = { commonTags: [], tags: [], checkedAt: since };
  return { text: '1', since, ...tags, sharing: 'everybody', ...times };
}

/** How many of a thousand requests make it anew. */
function share(remainingMs: number, costMs: number): number {
  const early = Array.from({ length: 1_000 }, () => isDueEarly(entry(remainingMs, costMs)));
  return early.filter(Boolean).length;
}

test('a few requests make an entry anew before it expires, more of them the nearer that is', (t) => {
  t.is(share(60_000, 10), 0);
  const [far, near, last] = [share(300, 100), share(100, 100), share(10, 100)];
  // exp(-3), exp(-1) and exp(-0.1) of them.
  t.true(far > 10 && far < 120, `${far}`);
  t.true(near > 250 && near < 490, `${near}`);
  t.true(last > 800, `${last}`);
});

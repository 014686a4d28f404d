import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { CacheEntry } from './cache-entry.ts';
import { ResponseParts } from './response-freshness.ts';

const since = { epoch: 'one', sequence: 0 };
const part: CacheEntry = {
  text: '{}',
  since,
  commonTags: [],
  tags: ['s:products'],
  checkedAt: since,
  bornMs: performance.now(),
  freshUntilMs: performance.now() + 600_000,
  staleUntilMs: performance.now() + 600_000,
  costMs: 1,
  sharing: 'everybody',
};

test('a response that is kept takes its own length, not that of the pieces it was made of', (t) => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const entries = Array.from({ length: 500 }, (_, index) => {
    const parts = new ResponseParts(since);
    parts.add(part);
    return parts.toEntry(textOfPieces(index), 1);
  });
  collectGarbage();
  const taken = process.memoryUsage().heapUsed - before;
  const characters = entries.reduce((sum, entry) => sum + (entry?.text.length ?? 0), 0);
  t.true(characters > 4_000_000);
  t.true(taken < 2 * characters, `${taken} bytes for ${characters} characters`);
});

/** As a response is written: piece by piece. */
function textOfPieces(seed: number): string {
  let text = '';
  for (let piece = 0; piece < 800; piece += 1) text += `"f${piece}":${seed + piece * 7},`;
  return text;
}

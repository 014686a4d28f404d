import { setTimeout as sleep } from 'node:timers/promises';
import type { TestFn } from 'ava';
import type { Cache } from '../../src/cache/cache.ts';

const ttlMs = 60_000;

/** What every cache must do, whatever it is made of. Each test gets a cache with nothing in it. */
export function testCacheContract(test: TestFn, name: string, open: () => Promise<Cache>): void {
  test(`${name} keeps text until it is replaced`, async (t) => {
    const cache = await open();
    t.is(await cache.get('key'), undefined);
    await cache.set('key', 'one', { ttlMs });
    t.is(await cache.get('key'), 'one');
    await cache.set('key', 'two', { ttlMs });
    t.is(await cache.get('key'), 'two');
    t.is(await cache.get('other'), undefined);
  });

  test(`${name} keeps any text under any key`, async (t) => {
    const cache = await open();
    const texts = ['', '\u0000', '"quoted"\r\n', 'Grüße 🎫 \u2028', 'x'.repeat(1_000_000)];
    for (const [index, text] of texts.entries()) {
      const key = `${index} {ä} ${'k'.repeat(200)}\n`;
      await cache.set(key, text, { ttlMs });
      t.true((await cache.get(key)) === text, key);
    }
  });

  test(`${name} forgets text when its time is over`, async (t) => {
    const cache = await open();
    await cache.set('short', 'text', { ttlMs: 50 });
    await cache.set('long', 'text', { ttlMs });
    while ((await cache.get('short')) !== undefined) await sleep(10);
    t.is(await cache.get('long'), 'text');
    await cache.set('short', 'anew', { ttlMs });
    t.is(await cache.get('short'), 'anew');
  });

  test(`${name} serves many at the same time`, async (t) => {
    const cache = await open();
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
    await Promise.all(keys.map((key) => cache.set(key, key, { ttlMs })));
    t.deepEqual(await Promise.all(keys.map((key) => cache.get(key))), keys);
  });
}

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
    const texts = [
      '',
      '\u0000',
      '\u0001',
      '\u0001\u0001 two',
      '"quoted"\r\n',
      'Grüße 🎫 \u2028',
      'x'.repeat(1_000_000),
    ];
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

  test(`${name} keeps nothing whose time is over before it begins`, async (t) => {
    const cache = await open();
    await cache.set('zero', 'text', { ttlMs: 0 });
    await cache.setMany([
      { key: 'less', text: 'text', ttlMs: -5 },
      { key: 'fraction', text: 'text', ttlMs: 0.4 },
      { key: 'good', text: 'text', ttlMs: 60_000.7 },
    ]);
    const keys = ['zero', 'less', 'fraction', 'good'];
    t.deepEqual(await cache.getMany(keys), [undefined, undefined, undefined, 'text']);
  });

  test(`${name} takes and gives many in one go, in the order of the keys`, async (t) => {
    const cache = await open();
    t.deepEqual(await cache.getMany([]), []);
    await cache.setMany([]);
    const entries = Array.from({ length: 300 }, (_, index) => ({
      key: `many ${index}`,
      text: `${index} `.repeat(index * 20),
      ttlMs: index === 299 ? 1 : ttlMs,
    }));
    await cache.setMany(entries.slice(0, 200));
    await cache.setMany(entries.slice(200));
    await cache.set('many 7', 'replaced', { ttlMs });
    const keys = ['none', 'many 150', 'many 3', 'many 150', 'many 0', 'many 7', 'other'];
    t.deepEqual(await cache.getMany(keys), [
      undefined,
      entries[150]?.text,
      entries[3]?.text,
      entries[150]?.text,
      '',
      'replaced',
      undefined,
    ]);
    const all = entries.slice(20, 299);
    const texts = await cache.getMany(all.map(({ key }) => key));
    t.deepEqual(
      texts,
      all.map(({ text }) => text),
    );
    while ((await cache.get('many 299')) !== undefined) await sleep(5);
  });

  test(`${name} serves many at the same time`, async (t) => {
    const cache = await open();
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
    await Promise.all(keys.map((key) => cache.set(key, key, { ttlMs })));
    t.deepEqual(await Promise.all(keys.map((key) => cache.get(key))), keys);
  });
}

import { openPubSub } from '@plaza/pub-sub/open-pub-sub';
import { readTestServerSettings } from '@plaza/pub-sub/test-kit/config';
import test from 'ava';
import { createCachedShop } from './cache-kit/cached-shop.ts';
import { openSharedStores } from './cache-kit/open-shared-stores.ts';
import { startCachedShop } from './cache-kit/start-cached-shop.ts';
import { testWithRedis } from './cache-kit/test-with-redis.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';

const log = { debug: () => undefined, warn: () => undefined };
const nameOfTable = '{ product(id: "p1") { name } }';

const named = (name: string) => ({ product: { name } });

testWithRedis('puts out of date what a topic of the bus announces', async (t, redis) => {
  const config = { pubSub: { url: redis.url } };
  await using shop = await startCachedShop({ config });
  await using bus = await openPubSub(redis.url, { log });
  const { counts } = shop.http.caching;
  await eventually(() => counts.invalidations.gap > 0);
  t.deepEqual(await shop.ask(nameOfTable), named('Table'));
  shop.state.names.set('p1', 'Desk');
  t.deepEqual(await shop.ask(nameOfTable), named('Table'));
  const entity = { kind: 'entity', subgraph: 'products', type: 'Product', key: { id: 'p1' } };
  await bus.publish('cache-invalidation', { invalidations: [entity] });
  await eventually(() => counts.invalidations.event === 1);
  t.deepEqual(await shop.ask(nameOfTable), named('Desk'));
  shop.state.names.set('p1', 'Bench');
  for (const payload of [
    null,
    'x',
    {},
    { invalidations: 7 },
    { invalidations: [{ kind: 'all' }] },
  ]) {
    await bus.publish('cache-invalidation', payload);
  }
  t.deepEqual(await shop.ask(nameOfTable), named('Desk'), 'what cannot be read is nothing');
});

testWithRedis(
  'a gateway more takes over what is kept while another one listens',
  async (t, redis) => {
    const config = { pubSub: { url: redis.url } };
    const shop = createCachedShop();
    const start = () => {
      const opened = openSharedStores(redis.url);
      return { opened, shop: startCachedShop({ config, shop, ...opened }) };
    };
    const first = start();
    using _first = first.opened;
    await using one = await first.shop;
    await eventually(() => one.http.caching.counts.invalidations.gap > 0);
    await eventually(() => !one.http.caching.invalidator.isBehind);
    await one.ask(nameOfTable);
    one.calls();
    // It must have said that it listens before the other one asks.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const second = start();
    using _second = second.opened;
    await using two = await second.shop;
    await eventually(() => !two.http.caching.invalidator.isBehind);
    t.is(two.http.caching.counts.invalidations.gap, 0);
    await one.ask(nameOfTable);
    t.deepEqual(one.calls(), {}, 'nothing was put out of date');
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const third = start();
    using _third = third.opened;
    await using three = await third.shop;
    await eventually(() => !three.http.caching.invalidator.isBehind);
    t.true(three.http.caching.counts.invalidations.gap > 0, 'nobody has listened meanwhile');
  },
);

testWithRedis(
  'takes all for out of date when announcements may have been lost',
  async (t, redis) => {
    await using shop = await startCachedShop({ config: { pubSub: { url: redis.url } } });
    const { counts } = shop.http.caching;
    await eventually(() => counts.invalidations.gap > 0);
    await shop.ask(nameOfTable);
    shop.state.names.set('p1', 'Desk');
    const gaps = counts.invalidations.gap;
    await redis.kill();
    await redis.start();
    await eventually(() => counts.invalidations.gap > gaps);
    t.deepEqual(await shop.ask(nameOfTable), named('Desk'));
  },
);

for (const [kind, url] of [
  ['a topic', readTestServerSettings().postgresUrl],
  ['a subgraph', undefined],
] as const) {
  test(`an event from ${kind} is delivered after what it names is out of date`, async (t) => {
    const config = url === undefined ? {} : { pubSub: { url } };
    await using shop = await startCachedShop({ config });
    await using client = createLiveClient(shop.http.url);
    await using bus =
      url === undefined ? undefined : await openPubSub(url, { log, publishTimeoutMs: 20_000 });
    // The tests of one database share its topics.
    const id = `p1-${process.pid}`;
    shop.state.names.set(id, 'Table');
    const query = `{ product(id: "${id}") { name } }`;
    const field = url === undefined ? 'renamed' : `productChanged(id: "${id}")`;
    using events = client.follow(`subscription { ${field} { id name } }`);
    const announce = async (): Promise<void> => {
      shop.state.renamed.publish({ id });
      await bus?.publish(`product.${id}`, { id });
    };
    const heard = async (count: number): Promise<void> => {
      while (events.results.length < count) {
        await announce();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await heard(1);
    for (let round = 1; round <= 5; round += 1) {
      await shop.ask(query);
      shop.state.names.set(id, `Table ${round}`);
      const before = events.results.length;
      await announce();
      await events.until(before + 1);
      t.deepEqual(await shop.ask(query), named(`Table ${round}`));
    }
  });
}

test('an event that is about nothing cached leaves the cache as it is', async (t) => {
  const { postgresUrl: url } = readTestServerSettings();
  await using shop = await startCachedShop({ config: { pubSub: { url } } });
  await using client = createLiveClient(shop.http.url);
  await using bus = await openPubSub(url, { log, publishTimeoutMs: 20_000 });
  const id = `p2-${process.pid}`;
  shop.state.names.set(id, 'Chair');
  shop.state.stock.set(id, 5);
  using events = client.follow(`subscription { stockChanged(id: "${id}") { inStock } }`);
  while (events.results.length === 0) {
    await bus.publish(`stock.${id}`, { id });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const query = `{ product(id: "${id}") { name } }`;
  await shop.ask(query);
  shop.calls();
  const { event } = shop.http.caching.counts.invalidations;
  const before = events.results.length;
  await bus.publish(`stock.${id}`, { id });
  await events.until(before + 1);
  t.deepEqual(await shop.ask(query), named('Chair'));
  t.is(shop.calls().products, undefined);
  t.is(shop.http.caching.counts.invalidations.event, event);
});

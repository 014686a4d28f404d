import test from 'ava';
import { cacheSecret, startCachedShop } from './cache-kit/start-cached-shop.ts';

const query = '{ product(id: "p1") { name reviews { body } inStock } }';

test('tells whoever knows the secret why something was or was not cached', async (t) => {
  await using shop = await startCachedShop();
  const headers = { 'plaza-explain-cache': cacheSecret };
  const explain = async () => (await shop.answer(query, { headers })).extensions?.cache;
  const products = { subgraph: 'products', type: 'Query', maxAgeSeconds: 60, scope: 'public' };
  const reviews = { subgraph: 'reviews', type: 'Product', maxAgeSeconds: 30, scope: 'public' };
  const stock = { subgraph: 'stock', type: 'Product', maxAgeSeconds: 0, scope: 'public' };
  const expected = (hits: number) => ({
    fetches: [
      { ...products, decidedBy: 'Query.product', hits, fetched: 1 - hits, isStale: false },
      { ...stock, decidedBy: 'Product', hits: 0, fetched: 1, isStale: false },
      { ...reviews, decidedBy: 'Product', hits, fetched: 1 - hits, isStale: false },
    ],
  });
  const bySubgraph = (value: unknown): unknown => {
    const { fetches } = value as { fetches: { subgraph: string }[] };
    return {
      fetches: fetches.toSorted((one, other) => one.subgraph.localeCompare(other.subgraph)),
    };
  };
  t.deepEqual(bySubgraph(await explain()), bySubgraph(expected(0)));
  t.deepEqual(bySubgraph(await explain()), bySubgraph(expected(1)));
  const refused = await shop.answer(query, { headers: { 'plaza-explain-cache': 'wrong' } });
  t.is(refused.extensions, undefined);
});

test('counts look-ups by subgraph and type, evictions and invalidations by cause', async (t) => {
  await using shop = await startCachedShop({ config: { metrics: { enabled: true } } });
  for (let count = 0; count < 3; count += 1) await shop.ask(query);
  await shop.invalidate({ kind: 'subgraph', subgraph: 'products' });
  await shop.ask(query);
  const text = await (await fetch(`${shop.http.url}/metrics`)).text();
  const reviews = 'plaza_cache_lookups_total{subgraph="reviews",type="Product"';
  for (const line of [
    `${reviews},outcome="miss"} 1`,
    `${reviews},outcome="hit_memory"} 3`,
    'plaza_cache_lookups_total{subgraph="products",type="Query",outcome="miss"} 2',
    'plaza_cache_lookups_total{subgraph="stock",type="Product",outcome="uncacheable"} 4',
    'plaza_cache_evictions_total{cause="invalidation"} 1',
    'plaza_cache_invalidations_total{cause="endpoint"} 1',
    'process_cpu_user_seconds_total',
  ]) {
    t.true(text.includes(line), `${line} is not in ${text}`);
  }
  await using silent = await startCachedShop();
  t.is((await fetch(`${silent.http.url}/metrics`)).status, 404);
});

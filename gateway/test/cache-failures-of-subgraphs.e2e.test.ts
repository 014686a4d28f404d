import test from 'ava';
import { startCachedShop } from './cache-kit/start-cached-shop.ts';

const reviewsOfTable = '{ product(id: "p1") { reviews { body } } }';

test.serial('serves what is out of time while a subgraph fails, and says so', async (t) => {
  await using shop = await startCachedShop();
  await shop.ask('{ product(id: "p1") { reviews { body } } product2: product(id: "p2") { name } }');
  using _ = travel(31_000);
  shop.http.server('reviews').behave('500');
  const { data, errors, extensions, headers } = await shop.answer(
    '{ products { name reviews { body } } }',
  );
  const products = data?.products as { reviews: unknown }[];
  t.deepEqual(
    products.map(({ reviews }) => reviews),
    [[{ body: 'Firm' }], null, null],
  );
  t.deepEqual(
    errors?.map(({ path }) => path),
    [['products', 1]],
  );
  t.deepEqual(extensions, { stale: { subgraphs: ['reviews'] } });
  t.is(headers.get('cache-control'), 'no-store');
});

test.serial('serves nothing out of time where the schema does not let it', async (t) => {
  await using shop = await startCachedShop();
  await shop.ask('{ product(id: "p1") { name } }');
  using _ = travel(61_000);
  shop.http.server('products').behave('500');
  const { data, errors } = await shop.answer('{ product(id: "p1") { name } }');
  t.deepEqual([data, errors?.length], [{ product: null }, 1]);
});

test.serial('serves nothing out of time that was put out of date', async (t) => {
  await using shop = await startCachedShop();
  await shop.ask(reviewsOfTable);
  await shop.invalidate({ kind: 'subgraph', subgraph: 'reviews' });
  shop.http.server('reviews').behave('500');
  const { data, errors } = await shop.answer(reviewsOfTable);
  t.deepEqual([data, errors?.length], [{ product: { reviews: null } }, 1]);
});

test.serial('asks once for what many requests miss at the same time', async (t) => {
  await using shop = await startCachedShop({
    config: { collapseRequests: false, deduplicateSubgraphCalls: false },
  });
  const queries = Array.from({ length: 20 }, (_, index) => `{ a${index}: products { name } }`);
  shop.http.server('products').behave('ok');
  await Promise.all(queries.map((query) => shop.ask(query)));
  t.deepEqual(shop.calls(), { products: 20 }, 'different selections are different questions');
  const equal = queries.map(
    (_, index) => `query Q${index} { product(id: "p1") { reviews { body } } }`,
  );
  await Promise.all(equal.map((query) => shop.ask(query)));
  t.deepEqual(shop.calls(), { products: 1, reviews: 1 });
});

/** Lets the monotonic clock stand later. */
function travel(ms: number): Disposable {
  const { now } = performance;
  performance.now = () => now.call(performance) + ms;
  return {
    [Symbol.dispose]: () => {
      performance.now = now;
    },
  };
}

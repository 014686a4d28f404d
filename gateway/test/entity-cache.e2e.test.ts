import test from 'ava';
import { startCachedShop } from './cache-kit/start-cached-shop.ts';

const page = '{ products { id name reviews { body } } }';
const stockPage = '{ products { id name reviews { body } inStock } }';

test('answers from memory what the schema lets be cached', async (t) => {
  await using shop = await startCachedShop();
  const first = await shop.ask(page);
  t.deepEqual(shop.calls(), { products: 1, reviews: 1 });
  shop.state.names.set('p1', 'Desk');
  t.deepEqual(await shop.ask(page), first);
  t.deepEqual(shop.calls(), {});
});

test('asks for what must not be cached, and only for that', async (t) => {
  await using shop = await startCachedShop();
  await shop.ask(stockPage);
  t.deepEqual(shop.calls(), { products: 1, reviews: 1, stock: 1 });
  shop.state.stock.set('p1', 7);
  const { products } = await shop.ask(stockPage);
  t.is((products as { inStock: number }[])[0]?.inStock, 7);
  t.deepEqual(shop.calls(), { stock: 1 });
});

test('asks for the entities that are missing alone', async (t) => {
  await using shop = await startCachedShop();
  await shop.ask('{ product(id: "p1") { reviews { body } } }');
  shop.calls();
  const { products } = await shop.ask(page);
  t.deepEqual(products, [
    { id: 'p1', name: 'Table', reviews: [{ body: 'Firm' }] },
    { id: 'p2', name: 'Chair', reviews: [{ body: 'Soft' }] },
    { id: 'p3', name: 'Lamp', reviews: [] },
  ]);
  t.deepEqual(shop.calls(), { products: 1, reviews: 1 });
  const { body } = shop.http.server('reviews').requests.at(-1) ?? {};
  const representations = ['p2', 'p3'].map((id) => ({ __typename: 'Product', id }));
  t.deepEqual(body?.variables, { representations });
});

test('caches nothing where the schema says nothing, or the cache is switched off', async (t) => {
  await using off = await startCachedShop({ config: { cache: { enabled: false } } });
  for (let count = 0; count < 2; count += 1) await off.ask(page);
  t.deepEqual(off.calls(), { products: 2, reviews: 2 });
  await using on = await startCachedShop();
  for (let count = 0; count < 2; count += 1) await on.ask('{ product(id: "p1") { inStock } }');
  t.deepEqual(on.calls(), { products: 1, stock: 2 });
});

test('puts a response together from entities where whole responses are not kept', async (t) => {
  const metrics = { enabled: true };
  for (const [responses, looked] of [
    [true, 0],
    [false, 3],
  ] as const) {
    await using shop = await startCachedShop({ config: { cache: { responses }, metrics } });
    const first = await shop.ask(page);
    t.deepEqual(await shop.ask(page), first);
    t.deepEqual(shop.calls(), { products: 1, reviews: 1 });
    const text = await (await fetch(`${shop.http.url}/metrics`)).text();
    const hits = `{subgraph="reviews",type="Product",outcome="hit_memory"} ${looked}`;
    t.true(text.includes(`plaza_cache_lookups_total${hits}`), text);
  }
});

test('keeps what is private for its viewer alone', async (t) => {
  const config = { headers: { forward: ['authorization'] } };
  await using shop = await startCachedShop({ config });
  const asWhom = (authorization: string) => ({ headers: { authorization } });
  const greet = '{ greeting }';
  shop.state.greeting = 'Hello Ana';
  t.deepEqual(await shop.ask(greet, asWhom('Bearer ana')), { greeting: 'Hello Ana' });
  shop.state.greeting = 'Hello Ben';
  t.deepEqual(await shop.ask(greet, asWhom('Bearer ben')), { greeting: 'Hello Ben' });
  t.deepEqual(await shop.ask(greet), { greeting: 'Hello Ben' });
  t.deepEqual(await shop.ask(greet, asWhom('Bearer ana')), { greeting: 'Hello Ana' });
  t.deepEqual(shop.calls(), { products: 3 });
  const shared = '{ product(id: "p1") { name } }';
  await shop.ask(shared, asWhom('Bearer ana'));
  await shop.ask(shared, asWhom('Bearer ben'));
  t.deepEqual(shop.calls(), { products: 1 }, 'what is public is for both');
});

test('tells answers apart by every other header that subgraphs see', async (t) => {
  const config = { headers: { forward: ['accept-language'] } };
  await using shop = await startCachedShop({ config });
  for (const language of ['es', 'en', 'es']) {
    await shop.ask('{ product(id: "p1") { name } }', { headers: { 'accept-language': language } });
  }
  t.deepEqual(shop.calls(), { products: 2 });
});

test('never keeps an answer with errors, and keeps the entities beside a failed one', async (t) => {
  await using shop = await startCachedShop();
  shop.state.broken.add('p2');
  const { data, errors } = await shop.answer(page);
  t.deepEqual(
    errors?.map(({ path }) => path),
    [['products', 1, 'reviews']],
  );
  t.deepEqual(data?.products, [
    { id: 'p1', name: 'Table', reviews: [{ body: 'Firm' }] },
    { id: 'p2', name: 'Chair', reviews: null },
    { id: 'p3', name: 'Lamp', reviews: [] },
  ]);
  shop.state.broken.clear();
  shop.calls();
  const { products } = await shop.ask(page);
  t.deepEqual((products as { reviews: unknown }[])[1]?.reviews, [{ body: 'Soft' }]);
  t.deepEqual(shop.calls(), { reviews: 1 });
  const { body } = shop.http.server('reviews').requests.at(-1) ?? {};
  t.deepEqual(body?.variables, { representations: [{ __typename: 'Product', id: 'p2' }] });
});

test('does not keep what is not there yet', async (t) => {
  await using shop = await startCachedShop();
  const query = '{ product(id: "p9") { name } }';
  t.deepEqual(await shop.ask(query), { product: null });
  shop.state.names.set('p9', 'Shelf');
  t.deepEqual(await shop.ask(query), { product: { name: 'Shelf' } });
});

test('lets the headers of a subgraph shorten, forbid, and never lengthen', async (t) => {
  const query = '{ product(id: "p1") { name } }';
  const rows: [Record<string, string>, number][] = [
    [{ 'cache-control': 'no-store' }, 2],
    [{ 'cache-control': 'private, max-age=60' }, 2],
    [{ 'cache-control': 'max-age=60', age: '60' }, 2],
    [{ vary: 'Authorization' }, 2],
    [{ vary: '*' }, 2],
    [{ 'cache-control': 'max-age=30' }, 1],
    [{ 'cache-control': 'public, max-age=0, s-maxage=30' }, 1],
    [{ vary: 'Accept' }, 1],
  ];
  for (const [headers, calls] of rows) {
    await using shop = await startCachedShop();
    shop.http.server('products').carry({ headers });
    const { headers: told } = await shop.answer(query);
    await shop.ask(query);
    t.deepEqual(shop.calls(), { products: calls }, JSON.stringify(headers));
    const maxAge = calls === 2 ? 'no-store' : undefined;
    if (maxAge !== undefined) t.is(told.get('cache-control'), maxAge);
  }
});

test('tells clients how long a response may be used: the least of its parts', async (t) => {
  await using shop = await startCachedShop();
  const { headers } = await shop.answer(page);
  t.regex(headers.get('cache-control') ?? '', /^public, max-age=(2\d|30)$/);
  t.regex(headers.get('age') ?? '', /^\d$/);
  const { headers: uncached } = await shop.answer(stockPage);
  t.is(uncached.get('cache-control'), 'no-store');
  const { headers: own } = await shop.answer('{ greeting product(id: "p1") { name } }');
  t.regex(own.get('cache-control') ?? '', /^private, max-age=(5\d|60)$/);
});

test('does not read the cache in a mutation', async (t) => {
  await using shop = await startCachedShop();
  await shop.ask('{ product(id: "p1") { reviews { body } } }');
  shop.calls();
  shop.state.reviews.set('p1', ['Wobbly']);
  const renamed = await shop.ask(
    'mutation { rename(id: "p1", name: "Desk") { name reviews { body } } }',
  );
  t.deepEqual(renamed, { rename: { name: 'Desk', reviews: [{ body: 'Wobbly' }] } });
});

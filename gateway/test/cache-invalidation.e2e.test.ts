import test from 'ava';
import type { CachedShopGateway } from './cache-kit/start-cached-shop.ts';
import { startCachedShop } from './cache-kit/start-cached-shop.ts';
import { eventually } from './kit/eventually.ts';

const page = '{ products { id name reviews { body } } }';
const table = '{ product(id: "p1") { name reviews { body } } }';
const chair = '{ product(id: "p2") { name reviews { body } } }';

async function startWarm(): Promise<CachedShopGateway> {
  const shop = await startCachedShop();
  for (const query of [page, table, chair]) await shop.ask(query);
  shop.state.names.set('p1', 'Desk').set('p2', 'Stool');
  shop.state.reviews.set('p1', ['Wobbly']).set('p2', ['Hard']);
  shop.calls();
  return shop;
}

test('puts out of date what an operator names: subgraph, type, entity or tag', async (t) => {
  const rows: [object, Record<string, unknown>, Record<string, unknown>][] = [
    [
      { kind: 'subgraph', subgraph: 'reviews' },
      { name: 'Table', reviews: [{ body: 'Wobbly' }] },
      { name: 'Chair', reviews: [{ body: 'Hard' }] },
    ],
    [
      { kind: 'type', subgraph: 'products', type: 'Product' },
      { name: 'Desk', reviews: [{ body: 'Firm' }] },
      { name: 'Stool', reviews: [{ body: 'Soft' }] },
    ],
    [
      { kind: 'entity', subgraph: 'reviews', type: 'Product', key: { id: 'p1' } },
      { name: 'Table', reviews: [{ body: 'Wobbly' }] },
      { name: 'Chair', reviews: [{ body: 'Soft' }] },
    ],
    [
      { kind: 'cache_tag', subgraphs: ['reviews'], cache_tag: 'reviews-p2' },
      { name: 'Table', reviews: [{ body: 'Firm' }] },
      { name: 'Chair', reviews: [{ body: 'Hard' }] },
    ],
    [
      { kind: 'cache_tag', cache_tag: 'product-p1' },
      { name: 'Desk', reviews: [{ body: 'Firm' }] },
      { name: 'Chair', reviews: [{ body: 'Soft' }] },
    ],
  ];
  for (const [invalidation, expectedTable, expectedChair] of rows) {
    await using shop = await startWarm();
    const response = await shop.invalidate(invalidation);
    t.is(response.status, 200, await response.text());
    const message = JSON.stringify(invalidation);
    t.deepEqual(await shop.ask(table), { product: expectedTable }, message);
    t.deepEqual(await shop.ask(chair), { product: expectedChair }, message);
  }
});

test('puts lists out of date with the entities that they may hold', async (t) => {
  await using shop = await startWarm();
  shop.state.names.set('p4', 'Sofa');
  const key = { id: 'p4' };
  await shop.invalidate({ kind: 'entity', subgraph: 'products', type: 'Product', key });
  const { products } = await shop.ask(page);
  t.deepEqual(
    (products as { name: string }[]).map(({ name }) => name),
    ['Desk', 'Stool', 'Lamp', 'Sofa'],
  );
});

test('lets nobody in without the secret, and says what is wrong with a request', async (t) => {
  await using shop = await startWarm();
  const send = (body: unknown, headers: Record<string, string>) =>
    fetch(`${shop.http.url}/cache/invalidations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const things = [{ kind: 'subgraph', subgraph: 'products' }];
  for (const authorization of [undefined, 'Bearer wrong', 'Basic YTpi']) {
    const refused = await send(things, authorization === undefined ? {} : { authorization });
    t.is(refused.status, 401);
    t.regex(await refused.text(), /UNAUTHENTICATED/);
  }
  t.deepEqual(await shop.ask(table), { product: { name: 'Table', reviews: [{ body: 'Firm' }] } });
  for (const body of [{}, [{ kind: 'all' }], [{ kind: 'type', subgraph: 'products' }]]) {
    const response = await shop.invalidate(...(Array.isArray(body) ? body : [body]));
    t.is(response.status, 400);
    t.regex(await response.text(), /BAD_USER_INPUT/);
  }
  await using closed = await startCachedShop({ config: { cache: { secret: undefined } } });
  const absent = await closed.invalidate(...things);
  t.is(absent.status, 404, await absent.text());
});

test('hears from a mutation what it has put out of date', async (t) => {
  await using shop = await startWarm();
  const invalidation = [{ kind: 'entity', type: 'Product', key: { id: 'p1' } }];
  shop.http.server('products').carry({ extensions: { invalidation } });
  await shop.ask('mutation { rename(id: "p1", name: "Bench") { id } }');
  t.deepEqual(await shop.ask(table), { product: { name: 'Bench', reviews: [{ body: 'Firm' }] } });
});

test('never serves what was being fetched while it went out of date', async (t) => {
  await using shop = await startCachedShop();
  const products = shop.http.server('products');
  products.behave('hang');
  const early = shop.ask(table);
  await eventually(() => products.requests.length === 1);
  products.behave('ok');
  shop.state.names.set('p1', 'Desk');
  await shop.invalidate({ kind: 'subgraph', subgraph: 'products' });
  const late = await shop.ask(table);
  t.deepEqual(late.product, { name: 'Desk', reviews: [{ body: 'Firm' }] }, 'joins no older call');
  products.answerHanging();
  await early;
  t.deepEqual((await shop.ask(table)).product, late.product, 'an older call writes nothing');
});

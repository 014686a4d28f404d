import test from 'ava';
import { createCachedShop } from './cache-kit/cached-shop.ts';
import { startCachedShop } from './cache-kit/start-cached-shop.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';

const page = '{ products { name reviews { body } } }';

test('a reload forgets only what the subgraphs that changed have answered', async (t) => {
  const shop = createCachedShop();
  await using on = await startCachedShop({ shop });
  await on.ask(page);
  on.calls();
  const [products, reviews, stock] = shop.subgraphs;
  if (products === undefined || reviews === undefined || stock === undefined) throw new Error();
  const changed = defineSubgraph({
    name: 'stock',
    typeDefs: 'type Product @key(fields: "id") { id: ID! inStock: Int! isNew: Boolean }',
    resolvers: { Product: { __resolveReference: ({ id }) => ({ id, inStock: 1, isNew: true }) } },
  });
  on.http.reload([products, reviews, changed]);
  await on.ask(page);
  t.deepEqual(on.calls(), {}, 'neither of the two that the page asks has changed');
  const otherReviews = defineSubgraph({
    name: 'reviews',
    typeDefs: `
      enum CacheControlScope { PUBLIC PRIVATE }
      directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
      type Product @key(fields: "id") @cacheControl(maxAge: 30) { id: ID! reviews: [Review!] @cacheControl(maxAge: 30) }
      type Review { body: String! stars: Int }
    `,
    resolvers: {},
  });
  on.http.reload([products, otherReviews, stock]);
  await on.ask(page);
  t.deepEqual(on.calls(), { reviews: 1 });
});

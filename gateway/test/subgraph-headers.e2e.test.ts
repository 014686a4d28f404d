import type { ExecutionContext } from 'ava';
import test from 'ava';
import { createConfig } from '../src/config.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { eventually } from './kit/eventually.ts';
import { startScriptedSubgraph } from './traffic-kit/scripted-subgraph.ts';
import type { SubgraphOptions } from './traffic-kit/start-traffic-gateway.ts';

const query = '{ products { name } }';
const page = '{ product(id: "p1") { name reviews { body } } }';
const twice = '{ products { name reviews { body } } }';

async function startShop(own: Record<'products' | 'reviews', SubgraphOptions>) {
  await using stack = new AsyncDisposableStack();
  const shop = stack.use(await startScriptedSubgraph(products));
  const club = stack.use(await startScriptedSubgraph(reviews));
  const http = stack.use(
    await startHttpGateway({
      subgraphs: [products, reviews],
      config: {
        headers: { forward: ['authorization', 'x-user'] },
        subgraphs: {
          products: { url: shop.url, ...own.products },
          reviews: { url: club.url, ...own.reviews },
        },
      },
    }),
  );
  const open = stack.move();
  const post = async (text: string, headers?: Readonly<Record<string, string>>) => {
    const response = await http.post({ query: text }, headers);
    const { errors } = (await response.json()) as { errors?: unknown };
    return { headers: response.headers, cookies: response.headers.getSetCookie(), errors };
  };
  return { shop, club, post, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

test('gives each subgraph the headers that its rules say', async (t) => {
  await using http = await startShop({
    products: { headers: { rename: { 'X-User': 'x-account' }, set: { 'x-source': 'gateway' } } },
    reviews: { headers: { remove: ['authorization'] } },
  });
  await http.post(page, { authorization: 'Bearer t', 'x-user': 'ada', 'x-source': 'client' });
  t.like(http.shop.calls[0]?.headers, {
    authorization: 'Bearer t',
    'x-account': 'ada',
    'x-source': 'gateway',
  });
  t.is(http.shop.calls[0]?.headers['x-user'], undefined);
  t.is(http.club.calls[0]?.headers.authorization, undefined);
  t.is(http.club.calls[0]?.headers['x-user'], 'ada');
  t.is(http.club.calls[0]?.headers['x-source'], undefined);
});

test('gives clients the headers of answers that the rules name, and no others', async (t) => {
  const answer = { 'server-timing': 'append', 'x-first': 'first', 'x-last': 'last' } as const;
  const own = { headers: { answer } };
  await using http = await startShop({ products: own, reviews: own });
  for (const [subgraph, name] of [
    [http.shop, 'products'],
    [http.club, 'reviews'],
  ] as const) {
    const headers = { 'server-timing': name, 'x-first': name, 'x-last': name, 'x-inner': name };
    subgraph.always({ kind: 'answer', headers: { ...headers, 'set-cookie': 'seen=1' } });
  }
  const { headers, cookies } = await http.post(page);
  t.is(headers.get('server-timing'), 'products, reviews');
  t.is(headers.get('x-first'), 'products');
  t.is(headers.get('x-last'), 'reviews');
  t.is(headers.get('x-inner'), null);
  t.deepEqual(cookies, []);
});

/** Sends the same from two clients at the same time, to subgraphs that give each call a cookie. */
async function cookiesOfTwo(t: ExecutionContext, cookies: boolean) {
  await using http = await startShop({ products: { headers: { cookies } }, reviews: {} });
  http.shop.next({ kind: 'hang' });
  const held = http.post('{ echo(text: "held") }');
  await eventually(() => http.shop.calls.length === 1);
  http.shop.next(
    { kind: 'answer', headers: { 'set-cookie': ['session=one', 'theme=dark'] } },
    { kind: 'answer', headers: { 'set-cookie': 'session=two' } },
  );
  const answers = await Promise.all([http.post(query), http.post(query)]);
  for (const { errors } of answers) t.is(errors, undefined);
  const calls = http.shop.calls.length - 1;
  await http.shop[Symbol.asyncDispose]();
  await held;
  return { calls, cookies: answers.map((answer) => answer.cookies.join('; ')).sort() };
}

test('gives a cookie to the one client whose call brought it, and shares no such call', async (t) => {
  t.deepEqual(await cookiesOfTwo(t, true), {
    calls: 2,
    cookies: ['session=one; theme=dark', 'session=two'],
  });
});

test('gives no cookie to anybody by default', async (t) => {
  t.deepEqual((await cookiesOfTwo(t, false)).cookies, ['', '']);
});

test('passes the cookies of mutations on', async (t) => {
  await using http = await startShop({ products: { headers: { cookies: true } }, reviews: {} });
  http.shop.next({ kind: 'answer', headers: { 'set-cookie': 'basket=7' } });
  const { cookies } = await http.post('mutation { addProduct(name: "Lamp") { name } }');
  t.deepEqual(cookies, ['basket=7']);
  t.deepEqual((await http.post(twice)).cookies, []);
});

const greeting = defineSubgraph({
  name: 'greeting',
  typeDefs: `
    directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean,
      staleIfError: Int, varyByScopes: [String!]) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
    enum CacheControlScope { PUBLIC PRIVATE }
    type Query { hello: String @cacheControl(maxAge: 60) }
  `,
  resolvers: { Query: { hello: () => 'Hello' } },
});

test('remembers no answer that came with a cookie', async (t) => {
  await using scripted = await startScriptedSubgraph(greeting);
  const subgraphs = { greeting: { url: scripted.url, headers: { cookies: true } } };
  await using http = await startHttpGateway({ subgraphs: [greeting], config: { subgraphs } });
  const cookie = { kind: 'answer', headers: { 'set-cookie': 'session=one' } } as const;
  scripted.next(cookie, cookie);
  const seen: [string[], string | null][] = [];
  for (let call = 0; call < 4; call += 1) {
    const { headers } = await http.post({ query: '{ hello }' });
    seen.push([headers.getSetCookie(), headers.get('cache-control')]);
  }
  t.deepEqual(seen.slice(0, 2), [
    [['session=one'], 'no-store'],
    [['session=one'], 'no-store'],
  ]);
  // The third answer has none, and is the fourth, too.
  t.deepEqual(
    seen.slice(2).map(([cookies]) => cookies),
    [[], []],
  );
  t.is(scripted.calls.length, 3);
});

test('refuses rules for headers that are its own, or that no subgraph gets', (t) => {
  const refused = (headers: NonNullable<SubgraphOptions['headers']>, message: RegExp): void => {
    t.throws(
      () =>
        createConfig({
          supergraph: 'graph.graphql',
          headers: { forward: ['x-name'], identity: [{ name: 'x-viewer', viewer: 'id' }] },
          subgraphs: { products: { headers } },
        }),
      { message },
    );
  };
  refused({ set: { host: 'evil' } }, /belongs to the connection/);
  refused({ set: { 'x-request-id': '1' } }, /gateway's own in its calls/);
  refused({ set: { 'x-split': 'a\r\nb: c' } }, /no header may have/);
  refused({ answer: { 'set-cookie': 'append' } }, /see `cookies`/);
  refused({ answer: { 'cache-control': 'last' } }, /gateway's own in its answers/);
  refused({ remove: ['x-user'] }, /x-user, which is not in headers.forward/);
  refused({ rename: { 'x-name': 'X-Viewer' } }, /would let clients send x-viewer/);
  refused({ rename: { 'x-user': 'x-account' } }, /x-user, which is not in headers.forward/);
});

import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import type { ScriptedSubgraph, Step } from './traffic-kit/scripted-subgraph.ts';
import { startScriptedSubgraph } from './traffic-kit/scripted-subgraph.ts';

const query = '{ products { name } }';
const mutation = 'mutation { addProduct(name: "Lamp") { name } }';
const answered = { data: { products: [{ name: 'Table' }, { name: 'Chair' }] } };
const reset: Step = { kind: 'reset' };
const unavailable: Step = { kind: 'status', status: 503 };

type ProductsConfig = NonNullable<ConfigInput['subgraphs']>[string];

/** A gateway whose subgraph products does as it is told. */
async function startShop(own: ProductsConfig = {}, port = 0) {
  await using stack = new AsyncDisposableStack();
  const scripted = stack.use(await startScriptedSubgraph(products, { port }));
  const http = stack.use(await startBefore(scripted.url, own));
  const open = stack.move();
  return { scripted, ...http, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function startBefore(url: string, own: ProductsConfig) {
  const http = await startHttpGateway({
    subgraphs: [products, reviews],
    config: { subgraphs: { products: { url, ...own } }, metrics: { enabled: true } },
  });
  const ask = async (text: string): Promise<unknown> => (await http.post({ query: text })).json();
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${http.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(name));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  return { ask, metric, http, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

const passing: readonly [what: string, step: Step][] = [
  ['loses its connection', reset],
  ['is answered 503', unavailable],
  [
    'is answered 429 with Retry-After',
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  ],
];

for (const [what, step] of passing) {
  test(`sends a query again that ${what}`, async (t) => {
    await using shop = await startShop();
    shop.scripted.next(step, step);
    t.deepEqual(await shop.ask(query), answered);
    t.is(shop.scripted.calls.length, 3);
    t.is(await shop.metric('plaza_subgraph_retries_total{subgraph="products"}'), 2);
    t.is(
      await shop.metric('plaza_subgraph_calls_total{subgraph="products",outcome="answered"}'),
      1,
    );
  });
}

async function callsOf(shop: { scripted: ScriptedSubgraph; ask(text: string): Promise<unknown> }) {
  const { errors } = (await shop.ask(query)) as { errors?: { extensions: { code: string } }[] };
  return { calls: shop.scripted.calls.length, code: errors?.[0]?.extensions.code };
}

const failed = 'DOWNSTREAM_SERVICE_ERROR';

test('gives up after retries.max further attempts, and tells what the last one met', async (t) => {
  await using shop = await startShop({ retries: { max: 1 } });
  shop.scripted.always(unavailable);
  t.deepEqual(await callsOf(shop), { calls: 2, code: failed });
});

test('sends no query again after another status, or once the budget is used up', async (t) => {
  await using shop = await startShop();
  shop.scripted.next({ kind: 'status', status: 500 });
  t.deepEqual(await callsOf(shop), { calls: 1, code: failed });
  await using poor = await startShop({ retries: { budgetPercent: 0, budgetPerSecondMin: 0 } });
  poor.scripted.next(reset);
  t.deepEqual(await callsOf(poor), { calls: 1, code: failed });
  t.is(await poor.metric('plaza_subgraph_retries_refused_total'), 1);
});

test('does not wait for a Retry-After that lies past the deadline of the call', async (t) => {
  await using shop = await startShop({ timeoutMs: 2_000 });
  shop.scripted.next({ kind: 'status', status: 503, headers: { 'retry-after': '3' } });
  const startedMs = performance.now();
  t.deepEqual(await callsOf(shop), { calls: 1, code: failed });
  t.true(performance.now() - startedMs < 1_500);
});

test('ends all attempts of a call at its one deadline', async (t) => {
  await using shop = await startShop({ timeoutMs: 500, retries: { backOffMs: 1 } });
  shop.scripted.next(reset, reset);
  shop.scripted.always({ kind: 'hang' });
  const startedMs = performance.now();
  t.deepEqual(await callsOf(shop), { calls: 3, code: 'GATEWAY_TIMEOUT' });
  t.true(performance.now() - startedMs < 1_400);
});

test('sends no mutation again of which something was sent', async (t) => {
  await using shop = await startShop();
  for (const step of [reset, unavailable]) shop.scripted.next(step);
  for (const _ of [1, 2])
    t.like(await shop.ask(mutation), { errors: [{ extensions: { code: failed } }] });
  t.is(shop.scripted.calls.length, 2);
});

test('sends a mutation again while there is no connection to send it over', async (t) => {
  const { port, url, ...gone } = await startScriptedSubgraph(products);
  await gone[Symbol.asyncDispose]();
  const retries = { max: 10, backOffMs: 100, backOffMsMax: 100 };
  await using gateway = await startBefore(url, { retries });
  let isOver = false;
  const answer = gateway.ask(mutation).finally(() => {
    isOver = true;
  });
  const retried = 'plaza_subgraph_retries_total{subgraph="products"}';
  while (!isOver && (await gateway.metric(retried)) < 1);
  await using back = await startScriptedSubgraph(products, { port });
  t.deepEqual(await answer, { data: { addProduct: { name: 'Lamp' } } });
  t.is(back.calls.length, 1);
});

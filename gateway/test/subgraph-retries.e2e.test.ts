import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import type { Step } from './traffic-kit/scripted-subgraph.ts';
import { startScriptedSubgraph } from './traffic-kit/scripted-subgraph.ts';
import type { SubgraphOptions } from './traffic-kit/start-traffic-gateway.ts';
import { startTrafficGateway } from './traffic-kit/start-traffic-gateway.ts';

const query = '{ products { name } }';
const mutation = 'mutation { addProduct(name: "Lamp") { name } }';
const answered = { data: { products: [{ name: 'Table' }, { name: 'Chair' }] } };
const reset: Step = { kind: 'reset' };
const unavailable: Step = { kind: 'status', status: 503 };

/** A gateway whose subgraph products does as it is told. */
async function startShop(own: SubgraphOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const scripted = stack.use(await startScriptedSubgraph(products));
  const gateway = stack.use(await startTrafficGateway({ url: scripted.url, ...own }));
  const open = stack.move();
  return { ...gateway, scripted, [Symbol.asyncDispose]: () => open.disposeAsync() };
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
    t.is(await shop.metric('plaza_subgraph_retries_total'), 2);
    t.is(await shop.metric('plaza_subgraph_calls_total', 'answered'), 1);
  });
}

async function callsOf({ scripted, ask }: Awaited<ReturnType<typeof startShop>>) {
  const { errors } = await ask(query);
  return { calls: scripted.calls.length, code: errors?.[0]?.extensions.code };
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

// Alone, so that nobody else's work takes the time of its attempts.
test.serial('ends all attempts of a call at its one deadline', async (t) => {
  const retries = { max: 10, backOffMs: 1 };
  await using shop = await startShop({ timeoutMs: 800, retries });
  t.is((await shop.ask(query)).errors, undefined);
  shop.scripted.next(reset, reset);
  shop.scripted.always({ kind: 'hang' });
  const startedMs = performance.now();
  const { calls, code } = await callsOf(shop);
  t.is(code, 'GATEWAY_TIMEOUT');
  t.is(calls, 4);
  t.true(performance.now() - startedMs < 1_500);
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
  await using gateway = await startTrafficGateway({ url, retries });
  let isOver = false;
  const answer = gateway.ask(mutation).finally(() => {
    isOver = true;
  });
  while (!isOver && (await gateway.metric('plaza_subgraph_retries_total')) < 1);
  await using back = await startScriptedSubgraph(products, { port });
  t.deepEqual(await answer, { data: { addProduct: { name: 'Lamp' } } });
  t.is(back.calls.length, 1);
});

import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import type { ScriptedSubgraph } from './traffic-kit/scripted-subgraph.ts';
import { startScriptedSubgraph } from './traffic-kit/scripted-subgraph.ts';
import type { SubgraphOptions } from './traffic-kit/start-traffic-gateway.ts';
import { startTrafficGateway } from './traffic-kit/start-traffic-gateway.ts';

let asked = 0;

/** No two are alike, so that none waits for another's answer. */
function nextQuery(): string {
  asked += 1;
  return `{ echo(text: "${asked}") }`;
}

async function startReplicas(own: SubgraphOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await startScriptedSubgraph(products));
  const second = stack.use(await startScriptedSubgraph(products));
  const urls = [first.url, second.url];
  const gateway = stack.use(await startTrafficGateway({ urls, ...own }));
  const open = stack.move();
  return { ...gateway, first, second, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

const callsOf = (...replicas: readonly ScriptedSubgraph[]): number[] =>
  replicas.map(({ calls }) => calls.length);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

test('asks the replica that has the least to do', async (t) => {
  await using shop = await startReplicas();
  const { first, second } = shop;
  for (let call = 0; call < 6; call += 1) t.is((await shop.ask(nextQuery())).errors, undefined);
  t.deepEqual(callsOf(first, second), [3, 3]);
  first.always({ kind: 'hang' });
  const held = Promise.all([shop.ask(nextQuery()), shop.ask(nextQuery())]);
  await eventually(() => first.calls.length === 4);
  for (let call = 0; call < 4; call += 1) await shop.ask(nextQuery());
  t.deepEqual(callsOf(first, second), [4, 8]);
  await first[Symbol.asyncDispose]();
  // What the first did not answer, the second is asked.
  t.deepEqual(
    (await held).map(({ errors }) => errors),
    [undefined, undefined],
  );
});

test('leaves out a replica that fails, and no client notices', async (t) => {
  await using shop = await startReplicas({
    outlierEjection: { failuresMax: 2, ejectMs: 60_000 },
    retries: { backOffMs: 1 },
  });
  const { first, second } = shop;
  first.always({ kind: 'reset' });
  for (let call = 0; call < 10; call += 1) t.is((await shop.ask(nextQuery())).errors, undefined);
  t.deepEqual(callsOf(first, second), [2, 10]);
  t.is(await shop.metric('plaza_subgraph_ejections_total'), 1);
  t.is(await shop.metric('plaza_subgraph_replicas_ejected'), 1);
});

test('asks it again when its time is over', async (t) => {
  await using shop = await startReplicas({ outlierEjection: { failuresMax: 1, ejectMs: 50 } });
  const { first } = shop;
  first.next({ kind: 'reset' });
  while (first.calls.length < 3) t.is((await shop.ask(nextQuery())).errors, undefined);
  t.is(await shop.metric('plaza_subgraph_ejections_total'), 1);
});

test('never leaves out all replicas', async (t) => {
  await using shop = await startReplicas({
    outlierEjection: { failuresMax: 1, ejectMs: 60_000 },
    circuitBreaker: { enabled: false },
    retries: { max: 0 },
  });
  const { first, second } = shop;
  for (const replica of [first, second]) replica.always({ kind: 'status', status: 500 });
  for (let call = 0; call < 4; call += 1) await shop.ask(nextQuery());
  t.is(await shop.metric('plaza_subgraph_replicas_ejected'), 1);
  t.deepEqual(callsOf(first, second).sort(), [1, 3]);
});

test('follows the addresses of a host, and ends what goes to those that are gone', async (t) => {
  await using first = await startScriptedSubgraph(products, { host: '127.0.0.2' });
  await using second = await startScriptedSubgraph(products, {
    host: '127.0.0.3',
    port: first.port,
  });
  let addresses: readonly string[] = ['127.0.0.2'];
  await using shop = await startTrafficGateway(
    {
      url: `http://products.internal:${first.port}/graphql`,
      dns: { enabled: true, intervalMs: 100 },
      retries: { max: 10 },
    },
    { lookUp: async () => addresses },
  );
  t.is((await shop.ask(nextQuery())).errors, undefined);
  t.is(first.calls[0]?.headers.host, `products.internal:${first.port}`);
  addresses = ['127.0.0.3', '127.0.0.2'];
  while (second.calls.length === 0) await shop.ask(nextQuery());
  addresses = ['127.0.0.3'];
  while ((await shop.metric('plaza_subgraph_replicas')) !== 1);
  const before = first.calls.length;
  for (let call = 0; call < 4; call += 1) t.is((await shop.ask(nextQuery())).errors, undefined);
  t.is(first.calls.length, before);
  // A look that fails, or finds nothing, changes nothing.
  addresses = [];
  await eventually(() => /subgraph host not resolved/.test(shop.http.logText()));
  t.is((await shop.ask(nextQuery())).errors, undefined);
});

test('asks a second replica when the first takes long, and takes the first answer', async (t) => {
  await using shop = await startReplicas({ hedging: { enabled: true, delayMs: 50 } });
  const { first, second } = shop;
  first.always({ kind: 'hang' });
  const startedMs = performance.now();
  while ((await shop.metric('plaza_subgraph_hedges_won_total')) < 2) {
    t.is((await shop.ask(nextQuery())).errors, undefined);
  }
  t.true(first.calls.length >= 2);
  // The calls that lost have ended: else that replica would seem busy, and not be asked again.
  t.true(performance.now() - startedMs < 10_000);
  const before = callsOf(first, second);
  for (const replica of [first, second]) replica.always({ kind: 'late', afterMs: 150 });
  t.is((await shop.ask('mutation { addProduct(name: "Lamp") { name } }')).errors, undefined);
  t.is(sum(callsOf(first, second)), sum(before) + 1);
});

test('asks no second replica past the budget, nor of a query that fails at once', async (t) => {
  const retries = { max: 0, budgetPercent: 0, budgetPerSecondMin: 0 };
  await using shop = await startReplicas({ hedging: { enabled: true, delayMs: 20 }, retries });
  const { first, second } = shop;
  for (const replica of [first, second]) replica.always({ kind: 'late', afterMs: 150 });
  t.is((await shop.ask(nextQuery())).errors, undefined);
  for (const replica of [first, second]) replica.always({ kind: 'reset' });
  t.is((await shop.ask(nextQuery())).errors?.[0]?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
  t.is(await shop.metric('plaza_subgraph_hedges_total'), 0);
});

test('subscribes at another replica when one is gone', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const [matches] = subgraphs.filter(({ name }) => name === 'matches');
  if (matches === undefined) throw new Error('There is no subgraph matches');
  await using first = await startSubgraphServer(matches);
  await using second = await startSubgraphServer(matches);
  await using http = await startHttpGateway({
    subgraphs,
    config: {
      subgraphs: { matches: { urls: [first.url, second.url] } },
      subgraphSockets: { retryDelayMsMax: 50 },
    },
  });
  await using client = createLiveClient(http.url);
  const followed = client.follow('subscription { matchChanged(id: "m1") { seq } }');
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  const used = first.live.subscriptions.length > 0 ? first : second;
  await used[Symbol.asyncDispose]();
  await eventually(() => first.live.subscriptions.length + second.live.subscriptions.length === 2);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 2 });
  t.is((await followed.until(2)).length, 2);
});

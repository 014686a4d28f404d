import { readdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { createConfig } from '../src/config.ts';
import { serveGateway } from '../src/serve-gateway.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { temporaryFolder } from './cli-kit/run-cli.ts';
import type { Subgraph } from './kit/define-subgraph.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

const items: Subgraph = defineSubgraph({
  name: 'items',
  typeDefs: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! name: String }',
  resolvers: { Query: { item: () => ({ id: '1', name: 'Table' }) } },
});

function pricesWith(field: string): Subgraph {
  return defineSubgraph({
    name: 'prices',
    typeDefs: `type Item @key(fields: "id") { id: ID! ${field} }`,
    resolvers: { Item: { __resolveReference: (key) => ({ ...key, price: 5, tax: 1 }) } },
  });
}

const head =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const itemsSdl = `${head} type Query { item: Item } type Item @key(fields: "id") { id: ID! name: String }`;

/** A gateway that composes: one subgraph's SDL is a file, the other is asked for it. */
async function startComposingGateway() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const sdlFile = folder.file('items.graphql');
  writeFileSync(sdlFile, itemsSdl);
  const itemsServer = stack.use(await startSubgraphServer(items));
  let prices = await startSubgraphServer(pricesWith('price: Int'));
  stack.defer(() => prices[Symbol.asyncDispose]());
  const port = Number(new URL(prices.url).port);
  const logs: Record<string, unknown>[] = [];
  const config = createConfig({
    subgraphs: {
      items: { url: itemsServer.url, sdl: sdlFile },
      prices: { url: prices.url },
    },
    lastGoodSupergraph: folder.file('last-good.graphql'),
    port: 0,
    pollIntervalMs: 0,
  });
  const start = async () => {
    const served = await serveGateway(
      config,
      createLogger(
        { level: 'info', format: 'json' },
        { write: (line) => void logs.push(JSON.parse(line)) },
      ),
    );
    stack.defer(() => served.stop());
    return served;
  };
  return {
    start,
    logs,
    filesOf: () => readdirSync(folder.file('.')).sort(),
    stopPrices: () => prices[Symbol.asyncDispose](),
    replacePrices: async (subgraph: Subgraph) => {
      await prices[Symbol.asyncDispose]();
      prices = await startSubgraphServer(subgraph, port);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function readyOf(url: string) {
  const response = await fetch(`${url}/ready`);
  return { status: response.status, body: (await response.json()) as unknown };
}

const readyWithOldOne = {
  status: 200,
  body: {
    status: 'ready',
    warnings: ['No newer supergraph can be loaded: the last good one serves.'],
  },
};
const joined = { data: { item: { name: 'Table', price: 5 } } };

test.serial(
  'composes what the subgraphs say, and again when one says something else',
  async (t) => {
    await using graph = await startComposingGateway();
    const { url, reload } = await graph.start();
    t.deepEqual(await ask(url, '{ item { name price } }'), joined);
    t.regex(JSON.stringify(await ask(url, '{ item { tax } }')), /Cannot query field/);
    await graph.replacePrices(pricesWith('price: Int tax: Int'));
    await reload();
    t.deepEqual(await ask(url, '{ item { price tax } }'), { data: { item: { price: 5, tax: 1 } } });
  },
);

test.serial('keeps the last good supergraph while the subgraphs do not compose', async (t) => {
  await using graph = await startComposingGateway();
  const { url, reload } = await graph.start();
  const files = graph.filesOf();
  t.deepEqual(files, ['items.graphql', 'last-good.graphql']);
  await graph.replacePrices(pricesWith('name: Int price: Int'));
  const error = await t.throwsAsync(reload());
  t.regex(error?.message ?? '', /^Supergraph of items, prices: The subgraphs do not compose:\n- /);
  t.regex(error?.message ?? '', /Item\.name.*\(FIELD_TYPE_MISMATCH\)/);
  t.deepEqual(graph.filesOf(), files);
  t.deepEqual(await ask(url, '{ item { name price } }'), joined);
  t.deepEqual(await readyOf(url), readyWithOldOne);
  await graph.replacePrices(pricesWith('price: Int'));
  await reload();
  t.deepEqual(await readyOf(url), { status: 200, body: { status: 'ready' } });
});

test.serial('starts from the last good supergraph while a subgraph is away', async (t) => {
  await using graph = await startComposingGateway();
  await (await graph.start()).stop();
  await graph.stopPrices();
  const { url, reload } = await graph.start();
  t.deepEqual(await ask(url, '{ item { name } }'), { data: { item: { name: 'Table' } } });
  t.deepEqual(await readyOf(url), readyWithOldOne);
  const [warning] = graph.logs.filter(
    ({ message }) => message === 'supergraph not loaded, the last good one serves',
  );
  t.regex(JSON.stringify(warning), /Subgraph prices does not tell its SDL/);
  await t.throwsAsync(reload(), { message: /Subgraph prices does not tell its SDL/ });
  await graph.replacePrices(pricesWith('price: Int'));
  await reload();
  t.deepEqual(await ask(url, '{ item { name price } }'), joined);
  t.deepEqual(await readyOf(url), { status: 200, body: { status: 'ready' } });
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from './cli-kit/run-cli.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph, type Row } from './kit/define-subgraph.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const patienceMs = 30_000;
/** Of a request that allocates about 1 MB. */
const keptBytesMax = 60_000;
const request = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ users { id reviews { id body product { id name } } } }"}',
};
/** Answers with the used heap after minor collections alone, or after a whole one. */
const probe = `process.on('message', (whole) => setImmediate(() => {
  for (let count = 0; count < 3; count += 1) gc({ type: whole ? 'major' : 'minor' });
  process.send(process.memoryUsage().heapUsed);
}));`;

const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ index }));

const reviews = defineSubgraph({
  name: 'reviews',
  typeDefs: `
    type Query { users: [User!]! }
    type User { id: ID! reviews: [Review!]! }
    type Review { id: ID! body: String! product: Product! }
    type Product @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: { users: () => rows(20) },
    User: { id: ({ index }) => `user-number-${index}`, reviews: () => rows(30) },
    Review: {
      id: ({ index }) => `review-number-${index}`,
      body: ({ index }) => `The text of review ${index}`,
      product: (row) => row,
    },
    Product: { id: ({ index }) => `product-number-${index}` },
  },
});

const products = defineSubgraph({
  name: 'products',
  typeDefs: 'type Product @key(fields: "id") { id: ID! name: String! }',
  resolvers: { Product: { name: ({ id }) => `The name of ${id}` } },
});

interface ProbedGateway extends AsyncDisposable {
  ask(): Promise<string>;
  /** Bytes in use after collecting what died young, or all that died. */
  heapAfter(collection: 'minor' | 'whole'): Promise<number>;
}

/** Starts the gateway's program, as shipped but for the probe, before real subgraphs. */
async function startProbedGateway(): Promise<ProbedGateway> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const subgraphs = await Promise.all(
    [reviews, products].map(async (subgraph) => {
      const { url } = stack.use(await startSubgraphServer(subgraph));
      return { ...subgraph, url };
    }),
  );
  const supergraph = folder.file('supergraph.graphql');
  writeFileSync(supergraph, composeFixture(subgraphs));
  const gateway = fork(main, ['--supergraph', supergraph, '--port', '0'], {
    execArgv: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(probe)}`],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {},
  });
  stack.defer(() => {
    gateway.kill('SIGKILL');
  });
  const url = await urlOf(gateway);
  const open = stack.move();
  return {
    ask: async () => {
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(patienceMs) });
      return response.text();
    },
    heapAfter: async (collection) => {
      const answer = once(gateway, 'message', { signal: AbortSignal.timeout(patienceMs) });
      gateway.send(collection === 'whole');
      return Number((await answer)[0]);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  for await (const text of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    const [, url] = /"url\.graphql":"([^"]*)"/.exec(String(text)) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The gateway ended');
}

test('what a request allocates is gone when it is answered', async (t) => {
  t.timeout(120_000);
  await using gateway = await startProbedGateway();
  // Under load, as V8 compiles by what it has seen.
  for (let count = 0; count < 60; count += 1) {
    await Promise.all(Array.from({ length: 8 }, gateway.ask));
  }
  await gateway.heapAfter('whole');
  const before = await gateway.heapAfter('minor');
  const requests = 20;
  for (let count = 0; count < requests; count += 1) {
    t.true((await gateway.ask()).startsWith('{"data":{"users":[{"id":"user-number-0"'));
    await gateway.heapAfter('minor');
  }
  const keptBytes = ((await gateway.heapAfter('minor')) - before) / requests;
  t.true(keptBytes < keptBytesMax, `${keptBytes} bytes a request outlive it`);
});

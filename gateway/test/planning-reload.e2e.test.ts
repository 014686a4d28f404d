import { writeFileSync } from 'node:fs';
import { queryObjects } from 'node:v8';
import test from 'ava';
import { GraphQLSchema } from 'graphql';
import { createConfig } from '../src/config.ts';
import { serveGateway } from '../src/serve-gateway.ts';
import { EntityKeys } from '../src/supergraph/entity-keys.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { temporaryFolder } from './cli-kit/run-cli.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';
import { slowSubgraphs } from './planning/slow-graph.ts';
import { watchThreads } from './planning/watch-threads.ts';

const reloads = 20;

async function startServedGateway() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const addressed = await Promise.all(
    slowSubgraphs.map(async (subgraph) => {
      const { url } = stack.use(await startSubgraphServer(subgraph));
      return { ...subgraph, url };
    }),
  );
  const sdl = composeFixture(addressed);
  const file = folder.file('supergraph.graphql');
  const write = (version: number): void => writeFileSync(file, `${sdl}\n# ${version}`);
  write(0);
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger(
    { level: 'info', format: 'json' },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const served = await serveGateway(
    createConfig({ supergraph: file, port: 0, pollIntervalMs: 0 }),
    logger,
  );
  stack.defer(() => served.stop());
  return { served, write, logs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

test.serial('fails no request and leaks no thread in 20 reloads', async (t) => {
  using threads = watchThreads();
  await using graph = await startServedGateway();
  const { url } = graph.served;
  let isOver = false;
  const answers: unknown[] = [];
  const askOnAndOn = async (): Promise<void> => {
    while (!isOver) answers.push(await ask(url, '{ quick thing { red green } }'));
  };
  const asking = askOnAndOn();
  for (let version = 1; version <= reloads; version += 1) {
    graph.write(version);
    await graph.served.reload();
  }
  isOver = true;
  await asking;
  for (const answer of answers) {
    t.deepEqual(answer, { data: { quick: 1, thing: { red: 0, green: 1 } } });
  }
  t.is(graph.logs.filter(({ message }) => message === 'supergraph loaded').length, reloads + 1);
  await threads.noMoreThan(1);
  t.is(threads.alive.size, 1);
  await graph.served.stop();
  await threads.noMoreThan(0);
  t.true(threads.startedCount > reloads);
});

/** Snapshots and schemas in the heap after its garbage is collected; each snapshot has one of these. */
function countHeld() {
  const count = (type: typeof EntityKeys | typeof GraphQLSchema): number =>
    queryObjects(type, { format: 'count' });
  return { snapshots: count(EntityKeys), schemas: count(GraphQLSchema) };
}

test.serial('keeps nothing of a supergraph that was replaced', async (t) => {
  await using graph = await startServedGateway();
  const { served } = graph;
  const queries = ['{ quick thing { red green } }', '{ thing { blue blueNext { red } } }'];
  const reloadUnderLoad = async (version: number): Promise<void> => {
    graph.write(version);
    const asked = [...queries, ...queries, '{ broken', '{ __schema { types { name } } }'];
    await Promise.all([served.reload(), ...asked.map((query) => ask(served.url, query))]);
    for (const query of asked) await ask(served.url, query);
  };
  for (const version of [1, 2, 3]) await reloadUnderLoad(version);
  const before = countHeld();
  t.is(before.snapshots, 1);
  for (const version of [4, 5, 6, 7, 8]) await reloadUnderLoad(version);
  t.deepEqual(countHeld(), before);
});

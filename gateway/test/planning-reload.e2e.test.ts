import { writeFileSync } from 'node:fs';
import test from 'ava';
import { createConfig } from '../src/config.ts';
import { serveGateway } from '../src/serve-gateway.ts';
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

import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { WebSocket } from 'ws';
import { startCli, temporaryFolder } from './cli-kit/run-cli.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { eventually } from './kit/eventually.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';
import { createLiveClient } from './live-kit/live-client.ts';

/** Answers `slow` when it is let go, `fast` at once. */
function gatedSubgraph() {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const subgraph = defineSubgraph({
    name: 'gated',
    typeDefs: 'type Query { slow(text: String): String fast: String }',
    resolvers: {
      Query: {
        slow: async () => {
          waiting += 1;
          await gate.promise;
          return 'done';
        },
        fast: () => 'fast',
      },
    },
  });
  return { subgraph, release: gate.resolve, waiting: () => waiting };
}

const answerAsGraphql = { accept: 'application/graphql-response+json' };

async function readyReasons(url: string): Promise<unknown> {
  const response = await fetch(`${url}/ready`);
  return { status: response.status, ...Object(await response.json()) };
}

async function metricsOf({ url }: HttpGateway): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** Keeps the thread of this process busy, as a bad day does: long turns, one after the other. */
async function blockThread(turnMs: number, until: () => boolean): Promise<void> {
  while (!until()) {
    const endMs = performance.now() + turnMs;
    while (performance.now() < endMs);
    await new Promise(setImmediate);
    await sleep(1);
  }
}

test('refuses more operations than may be under way, and answers those that are', async (t) => {
  const { subgraph, release, waiting } = gatedSubgraph();
  await using http = await startHttpGateway({
    subgraphs: [subgraph],
    config: { overload: { operationsMax: 2 }, metrics: { enabled: true } },
  });
  await using open = createLiveClient(http.url, { lazy: false });
  const overSocket = () => open.client.iterate({ query: '{ fast }' }).next();
  t.deepEqual((await overSocket()).value, { data: { fast: 'fast' } });
  const texts = ['a', 'b', 'c'];
  const underWay = texts.map((text) => http.post({ query: `{ slow(text: "${text}") }` }));
  const refused = await Promise.race(underWay);
  t.is(refused.status, 503, 'also for clients of application/json');
  const seconds = Number(refused.headers.get('retry-after'));
  t.true(seconds >= 1 && seconds <= 5);
  t.like(await refused.json(), {
    errors: [
      {
        message: 'The graph has too much to do. Try again in a moment.',
        extensions: { code: 'OVERLOADED' },
      },
    ],
  });
  await eventually(() => waiting() === 2);
  t.like(await readyReasons(http.url), {
    status: 'not ready',
    reasons: ['Too many operations are under way (overload.operationsMax).'],
  });
  t.is((await fetch(`${http.url}/live`)).status, 200);
  const socket = new WebSocket(http.url.replace('http', 'ws').concat('/graphql'), [
    'graphql-transport-ws',
  ]);
  const refusal = await new Promise<Error>((resolve) => socket.once('error', resolve));
  t.regex(refusal.message, /503/);
  const told = await t.throwsAsync(overSocket(), { any: true });
  t.regex(
    JSON.stringify(told),
    /OVERLOADED/,
    'an open socket lives on, its new operations are refused',
  );
  const measured = await metricsOf(http);
  t.regex(measured, /plaza_overloaded\{cause="operations"\} 1/);
  t.regex(measured, /plaza_operations_shed_total\{cause="operations"\} [2-4]/);
  release();
  const statuses = await Promise.all(underWay.map(async (answer) => (await answer).status));
  t.deepEqual(statuses.toSorted(), [200, 200, 503]);
  t.is((await http.post({ query: '{ fast }' }, answerAsGraphql)).status, 200);
  t.regex(await metricsOf(http), /plaza_overloaded\{cause="operations"\} 0/);
  const lines = http.logs.filter(({ level }) => level !== 'info' && level !== 'debug');
  t.deepEqual(
    lines.map(({ message }) => message),
    ['gateway sheds load', 'gateway takes load again'],
    'one line for each change, whatever the number of operations',
  );
});

test.serial('refuses operations while the thread is late', async (t) => {
  const { subgraph, release, waiting } = gatedSubgraph();
  await using http = await startHttpGateway({
    subgraphs: [subgraph],
    config: { overload: { eventLoopDelayMsMax: 100 } },
  });
  const underWay = http.post({ query: '{ slow }' });
  await eventually(() => waiting() === 1);
  await blockThread(300, () => http.gateway.reasonsNotReady().length > 0);
  const refused = http.post({ query: '{ fast }' }, answerAsGraphql);
  t.deepEqual(http.gateway.reasonsNotReady(), [
    'The process is too busy (overload.eventLoopDelayMsMax).',
  ]);
  t.is((await refused).status, 503);
  release();
  t.is((await underWay).status, 200);
  await eventually(() => http.gateway.reasonsNotReady().length === 0);
  t.is((await http.post({ query: '{ fast }' }, answerAsGraphql)).status, 200);
});

test.serial('refuses operations when the heap fills up, and lives on', async (t) => {
  const { subgraph, release } = gatedSubgraph();
  await using server = await startSubgraphServer(subgraph);
  using folder = temporaryFolder();
  const file = folder.file('supergraph.graphql');
  writeFileSync(file, composeFixture([{ ...subgraph, url: server.url }]));
  const args = ['--supergraph', file, '--port', '0', '--log-format', 'json'];
  await using cli = startCli(args, {
    // Room for what comes between two looks at the heap.
    NODE_OPTIONS: '--max-old-space-size=192',
    GATEWAY_OVERLOAD_HEAP_USED_PERCENT_MAX: '60',
    GATEWAY_LIMITS_BODY_BYTES_MAX: '1000000',
  });
  const url = await cli.served();
  const post = (text: string, query = 'query ($text: String) { slow(text: $text) }') =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...answerAsGraphql },
      body: JSON.stringify({ query, variables: { text } }),
    });
  const isShedding = () => cli.stdout().includes('gateway sheds load');
  const underWay: Promise<Response>[] = [];
  for (let sent = 0; sent < 600 && !isShedding(); sent += 1) {
    underWay.push(post(`${sent}${'x'.repeat(400_000)}`));
    await sleep(15);
  }
  t.regex(cli.stdout(), /"cause":"heap".*"gateway sheds load"/);
  t.is((await post('more', '{ fast }')).status, 503);
  t.is((await fetch(`${url}/live`)).status, 200);
  t.like(await readyReasons(url), {
    status: 'not ready',
    reasons: ['The process is short of memory (overload.heapUsedPercentMax).'],
  });
  release();
  const answers = await Promise.all(underWay);
  t.true(answers.filter(({ status }) => status === 200).length > 20);
  t.true(answers.every(({ status }) => status === 200 || status === 503));
  await cli.said(/gateway takes load again/);
  t.is((await post('again', '{ fast }')).status, 200);
});

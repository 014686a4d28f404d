import { writeFileSync } from 'node:fs';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { createConfig } from '../src/config.ts';
import { serveGateway } from '../src/serve-gateway.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { temporaryFolder } from './cli-kit/run-cli.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { eventually } from './kit/eventually.ts';
import type { SubgraphServer } from './kit/subgraph-server.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const document = 'subscription { matchChanged(id: "m1") { seq } }';

/** Subgraphs, and as many gateways before them as a test starts. */
async function startGraph() {
  await using stack = new AsyncDisposableStack();
  const { subgraphs, feed } = createMatchGraph();
  const folder = stack.use(temporaryFolder());
  const supergraph = folder.file('supergraph.graphql');
  const servers: SubgraphServer[] = [];
  for (const subgraph of subgraphs) servers.push(stack.use(await startSubgraphServer(subgraph)));
  const addressed = subgraphs.map((one, index) => ({ ...one, url: servers[index]?.url ?? '' }));
  writeFileSync(supergraph, composeFixture(addressed));
  const logger = createLogger({ level: 'silent', format: 'json' });
  const open = stack.move();
  return {
    feed,
    matches: servers[0] as SubgraphServer,
    serve: async (config: Partial<ConfigInput> = {}) => {
      const served = await serveGateway(createConfig({ supergraph, port: 0, ...config }), logger);
      open.defer(() => served.stop());
      return served;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

test('sends the clients of a gateway that stops to another one', async (t) => {
  await using graph = await startGraph();
  const gateways = [await graph.serve(), await graph.serve()];
  const closes: number[] = [];
  let url = gateways[0]?.url ?? '';
  await using client = createLiveClient(url, {
    url: () => `${url.replace('http', 'ws')}/graphql`,
    retryAttempts: 5,
    retryWait: async () => {
      url = gateways[1]?.url ?? '';
    },
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  });
  const followed = client.follow(document);
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 1 });
  await followed.until(1);
  await gateways[0]?.stop();
  await eventually(() => closes.length > 0);
  t.deepEqual(closes, [1001]);
  await graph.feed.untilSubscribed(1);
  graph.feed.publish({ id: 'm1', seq: 2 });
  t.is((await followed.until(2)).length, 2);
});

test('answers what is under way on a socket before it closes it', async (t) => {
  await using graph = await startGraph();
  const gateway = await graph.serve();
  await using asking = await openRawSocket(gateway.url);
  graph.matches.behave('hang');
  const query = '{ match(id: "m1") { seq } }';
  asking.send({ id: '1', type: 'subscribe', payload: { query } });
  await eventually(() => graph.matches.requests.length === 1);
  const stopped = gateway.stop();
  await t.throwsAsync(openRawSocket(gateway.url));
  t.is(asking.ws.readyState, asking.ws.OPEN);
  graph.matches.answerHanging();
  t.deepEqual((await asking.receive('next', '1')).payload, { data: { match: { seq: 0 } } });
  t.is((await asking.closed).code, 1001);
  await stopped;
});

test('cuts off what has not ended in time', async (t) => {
  await using graph = await startGraph();
  const gateway = await graph.serve({ drainTimeoutMs: 300 });
  await using asking = await openRawSocket(gateway.url);
  await using deaf = await openRawSocket(gateway.url);
  deaf.ws.pause();
  graph.matches.behave('hang');
  asking.send({ id: '1', type: 'subscribe', payload: { query: '{ match(id: "m1") { seq } }' } });
  await eventually(() => graph.matches.requests.length === 1);
  const startMs = performance.now();
  await gateway.stop();
  t.true(performance.now() - startMs < 3_000);
  t.is((await asking.closed).code, 1006);
});

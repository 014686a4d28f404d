import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { modelConfig } from './cache-kit/config.ts';
import type { ModelWorld } from './cache-kit/model-steps.ts';
import { runSteps } from './cache-kit/model-steps.ts';
import { testWithRedis } from './cache-kit/test-with-redis.ts';
import { createVersionedShop, Versions } from './cache-kit/versioned-shop.ts';
import type { CliProcess } from './cli-kit/run-cli.ts';
import { startCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import type { SubgraphServer } from './kit/subgraph-server.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

const secret = 'a secret of the operators';
const shiftClock = fileURLToPath(new URL('./cache-kit/shift-clock.js', import.meta.url));

testWithRedis('never serves a value whose invalidation was acknowledged', async (t, redis) => {
  t.timeout(600_000);
  const { stepsMax, seed } = modelConfig();
  await using stack = new AsyncDisposableStack();
  const versions = new Versions();
  const subgraphs = createVersionedShop(versions);
  const servers: SubgraphServer[] = [];
  for (const subgraph of subgraphs) servers.push(stack.use(await startSubgraphServer(subgraph)));
  const invalidation = [{ kind: 'type', type: 'Product' }];
  servers[0]?.carry({ extensions: { invalidation } });
  const folder = stack.use(temporaryFolder());
  const supergraph = folder.file('supergraph.graphql');
  const addressed = subgraphs.map((one, index) => ({
    ...one,
    url: servers[index]?.url ?? one.url,
  }));
  writeFileSync(supergraph, composeFixture(addressed));
  const start = (settings: object): CliProcess => startGateway(folder, { supergraph, ...settings });
  const shared = { redis: { urls: [redis.url] }, cache: { secret } };
  const caching = [stack.use(start(shared)), stack.use(start(shared))];
  const plain = stack.use(start({ cache: { enabled: false } }));
  const world: ModelWorld = {
    versions,
    servers,
    redis,
    secret,
    plainUrl: await plain.served(),
    gateways: await Promise.all(
      caching.map(async (gateway) => ({
        url: await gateway.served(),
        shiftClock: (ms: number) => void gateway.process.stdin.write(`${ms}\n`),
      })),
    ),
  };
  const { problems, counts } = await runSteps(world, { stepsMax, seed });
  t.log({ seed, ...counts });
  t.deepEqual(problems, [], `seed ${seed}`);
  t.true(counts.queries > stepsMax / 2);
  t.true(counts.acknowledged > stepsMax / 50);
  t.true(counts.older > counts.queries / 100, 'it does serve what was not put out of date');
});

let files = 0;

function startGateway(folder: { file(name: string): string }, settings: object): CliProcess {
  files += 1;
  const config = folder.file(`gateway-${files}.json`);
  const own = { port: 0, pollIntervalMs: 0, logging: { format: 'json' } };
  writeFileSync(config, JSON.stringify({ ...own, ...settings }));
  return startCli(['--config', config], { NODE_OPTIONS: `--import=${shiftClock}` });
}

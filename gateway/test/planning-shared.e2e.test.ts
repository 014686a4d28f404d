import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import test from 'ava';
import { parse } from 'graphql';
import { createMemoryCache } from '../src/cache/memory-cache.ts';
import type { NormalizedOperation } from '../src/pipeline/normalize-operation.ts';
import { normalizeOperation } from '../src/pipeline/normalize-operation.ts';
import type { PlanSharing } from '../src/planning/share-plans.ts';
import { sharePlans } from '../src/planning/share-plans.ts';
import type { QueryPlan } from '../src/query-plan/plan-node.ts';
import { buildSupergraphSnapshot } from '../src/supergraph/build-snapshot.ts';
import { openRedisCache } from './cache/open-redis-cache.ts';
import { startCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';
import { operationOfDepth, slowSubgraphs, slowSupergraph } from './planning/slow-graph.ts';

const redis = await findRedis();
const snapshot = buildSupergraphSnapshot(slowSupergraph);

function operationOf(query: string): NormalizedOperation {
  return normalizeOperation(parse(query), undefined, snapshot);
}

/** A process of its own with a planner that counts. */
function createProcess(cache: PlanSharing['cache'], supergraphHash = snapshot.hash) {
  const counted = { plans: 0 };
  const planner = sharePlans(
    {
      ...snapshot.planner,
      plan: (operation) => {
        counted.plans += 1;
        return snapshot.planner.plan(operation);
      },
    },
    { cache, supergraphHash, ttlMs: 60_000 },
  );
  return { counted, plan: (operation: NormalizedOperation) => planner.plan(operation) };
}

/** A cache in which a test can look around. */
function createOpenCache() {
  const texts = new Map<string, string>();
  const cache: PlanSharing['cache'] = {
    get: async (key) => texts.get(key),
    set: async (key, text) => void texts.set(key, text),
  };
  return { cache, texts };
}

test('takes the plan that another process has made', async (t) => {
  const cache = createMemoryCache(1_000_000);
  const [one, other] = [createProcess(cache), createProcess(cache)];
  const operation = operationOf('{ thing { red green } }');
  const made = await one.plan(operation);
  t.deepEqual(await other.plan(operation), JSON.parse(JSON.stringify(made)) as QueryPlan);
  t.is(one.counted.plans, 1);
  t.is(other.counted.plans, 0);
});

test('takes no plan of another supergraph, operation or set of overrides', async (t) => {
  const cache = createMemoryCache(1_000_000);
  const operation = operationOf('{ thing { red green } }');
  await createProcess(cache).plan(operation);
  const otherGraph = createProcess(cache, 'another');
  await otherGraph.plan(operation);
  t.is(otherGraph.counted.plans, 1);
  const { plan, counted } = createProcess(cache);
  await plan(operationOf('{ thing { red blue } }'));
  await plan(operationOf('query Named { thing { red green } }'));
  await plan({ ...operation, activeLabels: ['percent(5)'] });
  t.is(counted.plans, 3);
});

const damage: Readonly<Record<string, (text: string) => string>> = {
  'is cut off': (text) => text.slice(0, -1),
  'has another letter': (text) => text.replace('red', 'rad'),
  'is no plan': () => 'nonsense',
  'is empty': () => '',
  'is a plan that no gateway wrote': () => '{"kind":"QueryPlan"}',
  'has nothing but a digest': (text) => text.slice(0, 64),
};

for (const [what, spoil] of Object.entries(damage)) {
  test(`ignores and replaces what ${what}`, async (t) => {
    const { cache, texts } = createOpenCache();
    const operation = operationOf('{ thing { red green } }');
    await createProcess(cache).plan(operation);
    const [[key = '', text = ''] = []] = [...texts];
    texts.set(key, spoil(text));
    const { plan, counted } = createProcess(cache);
    t.truthy((await plan(operation)).node);
    t.is(counted.plans, 1);
    t.is(texts.get(key), text);
  });
}

test('ignores the plan of another operation', async (t) => {
  const { cache, texts } = createOpenCache();
  const { plan } = createProcess(cache);
  await plan(operationOf('{ quick }'));
  const [, text = ''] = [...texts][0] ?? [];
  const everywhere: PlanSharing['cache'] = { ...cache, get: async () => text };
  const other = createProcess(everywhere);
  t.regex(JSON.stringify(await other.plan(operationOf('{ thing { red } }'))), /thing/);
});

/** Gateways as processes of their own, before the same subgraphs. */
async function startSlowGraph() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const addressed = await Promise.all(
    slowSubgraphs.map(async (subgraph) => {
      const { url } = stack.use(await startSubgraphServer(subgraph));
      return { ...subgraph, url };
    }),
  );
  const supergraph = folder.file('supergraph.graphql');
  writeFileSync(supergraph, composeFixture(addressed));
  let files = 0;
  return {
    start: async (config: object) => {
      files += 1;
      const file = folder.file(`${files}.yaml`);
      writeFileSync(file, JSON.stringify({ supergraph, port: 0, ...config }));
      return stack.use(startCli(['--config', file, '--log-format', 'json'])).served();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function ask(url: string, query: string): Promise<{ readonly errors?: unknown }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json() as Promise<{ readonly errors?: unknown }>;
}

const slow = operationOfDepth(4);
/** Too little for the operation, on any machine. */
const noTime = { planning: { timeoutMs: 1 } };

if ('missing' in redis) {
  test.skip(`processes share plans by Redis (${redis.missing})`, (t) => t.pass());
} else {
  test('a second process finds the plan in Redis and does not plan', async (t) => {
    const keyPrefix = `test:${randomUUID()}`;
    const shared = { redis: { urls: [redis.url], timeoutMs: 5_000, keyPrefix } };
    await using graph = await startSlowGraph();
    const first = await graph.start(shared);
    t.is((await ask(first, slow)).errors, undefined);
    using opened = openRedisCache({ urls: [redis.url], keyPrefix });
    await opened.connected();
    const second = await graph.start({ ...shared, ...noTime });
    // The first process answers before Redis has the plan.
    for (let attempt = 0; attempt < 50; attempt += 1) {
      if ((await ask(second, slow)).errors === undefined) break;
      await sleep(100);
    }
    t.is((await ask(second, slow)).errors, undefined);
    const alone = await graph.start(noTime);
    t.regex(JSON.stringify((await ask(alone, slow)).errors), /OPERATION_TOO_COMPLEX/);
  });
  test.after.always(() => redis.stop());
}

test('plans itself when Redis is not there', async (t) => {
  await using graph = await startSlowGraph();
  const url = await graph.start({ redis: { urls: ['redis://127.0.0.1:1'] } });
  t.is((await ask(url, slow)).errors, undefined);
});

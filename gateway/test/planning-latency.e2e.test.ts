import test from 'ava';
import { createConfig } from '../src/config.ts';
import { createGateway } from '../src/gateway.ts';
import { fixedSupergraph } from '../src/supergraph/supergraph-source.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { createLocalSource } from './kit/local-source.ts';
import { createLocalSubgraphFetch } from './kit/local-subgraph-fetch.ts';
import { planOn } from './planning/planned-snapshot.ts';
import { operationOfDepth, slowSubgraphs, slowSupergraph } from './planning/slow-graph.ts';

const requestIntervalMs = 10;
const rounds = 2;
const requestsMin = 60;
/** Compared with the calling thread: both are slower on a machine that does other things too. */
const shareMax = 0.25;

async function createRunner(workersMax: number) {
  const planned = await planOn(slowSupergraph, { workersMax });
  const config = createConfig({ supergraph: 'fixture', limits: { tokensMax: 100_000 } });
  const gateway = createGateway({
    config,
    supergraph: fixedSupergraph(planned.snapshot),
    fetchFor: () => createLocalSubgraphFetch(slowSubgraphs).fetch,
    sourceFor: () => createLocalSource(slowSubgraphs),
    logger: createLogger({ level: 'silent', format: 'json' }),
  });
  const run = (query: string) =>
    gateway.run({
      query,
      headers: {},
      requestId: 'latency',
      signal: new AbortController().signal,
      allowedTypes: ['query'],
    });
  return { planned, run };
}

/** Sends a request every few milliseconds until the other work is done: how late each answer is. */
async function latenciesDuring(
  run: () => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<number[]> {
  const latencies: number[] = [];
  const requests: Promise<void>[] = [];
  const startMs = performance.now();
  let isDone = false;
  const worked = work().finally(() => {
    isDone = true;
  });
  for (let index = 0; !isDone || index < requestsMin; index += 1) {
    const dueMs = startMs + index * requestIntervalMs;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    requests.push(
      run().then(() => {
        latencies.push(performance.now() - dueMs);
      }),
    );
    if (waitMs <= 0) await new Promise(setImmediate);
  }
  await Promise.all([worked, ...requests]);
  return latencies;
}

function p99Of(latencies: readonly number[]): number {
  const sorted = latencies.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}

interface Measured {
  /** p99 of small requests alone, and while a slow operation is planned; the best of the rounds. */
  readonly aloneMs: number;
  readonly besideMs: number;
  /** CPU that the serving thread spends on the slow plan, the least of the rounds. */
  readonly planCpuMs: number;
}

async function measure(workersMax: number): Promise<Measured> {
  const { planned, run } = await createRunner(workersMax);
  using _planned = planned;
  const small = () => run('{ quick thing { red green } }');
  const slow = (version: number) =>
    planned.plan(`query V${Math.abs(version)}${version < 0 ? 'b' : 'a'} ${operationOfDepth(6)}`);
  await Promise.all([slow(0), small()]);
  const idle = () => new Promise((resolve) => setTimeout(resolve, 300));
  const alone: number[] = [];
  const beside: number[] = [];
  const planCpu: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    alone.push(p99Of(await latenciesDuring(small, idle)));
    beside.push(p99Of(await latenciesDuring(small, () => slow(round))));
    const before = process.threadCpuUsage();
    await slow(-round);
    const { user, system } = process.threadCpuUsage(before);
    planCpu.push((user + system) / 1_000);
  }
  return {
    aloneMs: Math.min(...alone),
    besideMs: Math.min(...beside),
    planCpuMs: Math.min(...planCpu),
  };
}

test.serial('an operation that is slow to plan does not hold up others', async (t) => {
  const inThread = await measure(0);
  const inWorker = await measure(1);
  t.log('calling thread', inThread);
  t.log('worker thread', inWorker);
  t.true(inWorker.planCpuMs < shareMax * inThread.planCpuMs);
  t.true(inWorker.besideMs < shareMax * inThread.besideMs);
});

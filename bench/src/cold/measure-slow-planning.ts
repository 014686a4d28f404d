import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plaza } from '../gateways/gateway-starts.ts';
import { postOperation, startGateway } from '../gateways/gateway-under-test.ts';
import type { Surroundings } from '../prepare-run.ts';
import { findWorkload } from '../workloads.ts';

/** What others notice while one operation after the other is planned that takes long. */
export interface SlowPlanningResult {
  /** Latency of small requests, in milliseconds: with nothing else, and beside the slow ones. */
  readonly aloneMs: readonly number[];
  readonly besideMs: readonly number[];
  /** The slow operations, each new to the gateway: from request to answer, in milliseconds. */
  readonly slowMs: readonly number[];
}

const requestIntervalMs = 10;
const roundMs = 3_000;
const rounds = 4;
const warmUpRequests = 500;
/** Levels of the slow operation; planning takes twice as long for every level more. */
const levels = 7;

/**
 * Sends a small request every 10 ms, whether the last is answered or not, in rounds with and without
 * operations that take hundreds of milliseconds to plan. These select nothing in the end, so that
 * their execution is no part of it.
 */
export async function measureSlowPlanning({ files }: Surroundings): Promise<SlowPlanningResult> {
  const config = path.join(path.dirname(files.supergraphFile), 'plaza-slow-planning.yaml');
  const limits = { depthMax: 100, tokensMax: 100_000 };
  const options = { logging: { level: 'silent' }, pollIntervalMs: 0, limits };
  await writeFile(config, JSON.stringify({ ...options, collapseRequests: false }));
  await using gateway = await startGateway(
    plaza.toStart({ ...files, plazaConfig: { off: config, on: config } }, 'off'),
  );
  const small = JSON.stringify({ query: findWorkload('page').query });
  for (let request = 0; request < warmUpRequests; request += 1) {
    await postOperation(gateway.url, small);
  }
  const result = { aloneMs: [] as number[], besideMs: [] as number[], slowMs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    result.aloneMs.push(...(await latenciesOf(gateway.url, small, performance.now() + roundMs)));
    const until = performance.now() + roundMs;
    const [latencies, slow] = await Promise.all([
      latenciesOf(gateway.url, small, until),
      planSlowly(gateway.url, round, until),
    ]);
    result.besideMs.push(...latencies);
    result.slowMs.push(...slow);
  }
  return result;
}

async function latenciesOf(url: string, body: string, untilMs: number): Promise<number[]> {
  const requests: Promise<number>[] = [];
  for (let dueMs = performance.now(); dueMs < untilMs; dueMs += requestIntervalMs) {
    await sleep(Math.max(0, dueMs - performance.now()));
    const sentMs = performance.now();
    requests.push(postOperation(url, body).then(() => performance.now() - sentMs));
  }
  return Promise.all(requests);
}

async function planSlowly(url: string, round: number, untilMs: number): Promise<number[]> {
  const latencies: number[] = [];
  while (performance.now() < untilMs) {
    const sentMs = performance.now();
    const query = slowOperation(`Slow_${round}_${latencies.length}`);
    await postOperation(url, JSON.stringify({ query, variables: { never: false } }));
    latencies.push(performance.now() - sentMs);
  }
  return latencies;
}

function slowOperation(name: string): string {
  const below = (level: number): string => {
    if (level === 0) return 'id name';
    const next = below(level - 1);
    return `id name reviews { body author { ${next} } product { inStock shippingMinor
      reviews { id author { ${next} } } } }`;
  };
  return `query ${name}($never: Boolean!) { users @include(if: $never) { ${below(levels)} } }`;
}

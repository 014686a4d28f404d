import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import { type BenchProcess, startProcess } from '../child-process.ts';
import type { BenchConfig } from '../config.ts';
import {
  type GatewayUnderTest,
  postOperation,
  requestHeaders,
  startGateway,
} from '../gateways/gateway-under-test.ts';
import { load } from '../measure.ts';
import type { Surroundings } from '../prepare-run.ts';
import { quantile } from '../statistics.ts';
import { monotonicMs } from '../subscriptions/monotonic-clock.ts';
import type { Workload } from '../workloads.ts';
import type { Arrival, ArrivalsOrder, ArrivalsResult } from './arrivals-process.ts';
import type { CacheStart } from './cache-starts.ts';
import { distinctHeader } from './cache-workloads.ts';

/** Killed and started again, or halted and let go on. */
export type Fault = 'killed' | 'halted';

/** Requests that were sent in one part of the run. */
export interface PhaseFigures {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface OutageFigures {
  readonly name: string;
  readonly fault: Fault;
  readonly workload: string;
  readonly perSecond: number;
  readonly awayMs: number;
  readonly failed: number;
  readonly wrong: number;
  readonly before: PhaseFigures;
  /** From the fault until Redis is started, or goes on. */
  readonly away: PhaseFigures;
  readonly back: PhaseFigures;
}

interface OutageRun extends Surroundings {
  readonly redis: OwnRedis;
  readonly config: BenchConfig;
}

/** Beside the time that Redis is away, the run takes so many times that long before and after. */
const calmTimes = 2.5;
const connections = 8;

/** A gateway at a constant rate of requests, while its Redis goes away and comes back. */
export async function measureOutage(
  { start }: CacheStart,
  fault: Fault,
  workload: Workload,
  { redis, config, ...run }: OutageRun,
): Promise<OutageFigures> {
  await using gateway = await startGateway(start);
  await using sender = startProcess(new URL('./arrivals-process.js', import.meta.url), []);
  const order = await warmUp(gateway, workload, { config, ...run });
  const calmMs = config.outageMs * calmTimes;
  const { arrivalsPerSecond: perSecond } = config;
  const durationMs = 2 * calmMs + config.outageMs;
  const arriving = send({ ...order, perSecond, durationMs }, sender);
  await sleep(calmMs);
  const awayAtMs = monotonicMs();
  await (fault === 'killed' ? redis.kill() : redis.pause());
  await sleep(config.outageMs);
  const backAtMs = monotonicMs();
  await (fault === 'killed' ? redis.start() : redis.resume());
  const arrivals = await arriving;
  const count = (wanted: Arrival['outcome']): number =>
    arrivals.filter(({ outcome }) => outcome === wanted).length;
  const between = (fromMs: number, toMs: number): PhaseFigures =>
    toPhase(arrivals.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs));
  return {
    name: start.name,
    fault,
    workload: workload.title,
    perSecond,
    awayMs: Math.round(backAtMs - awayAtMs),
    failed: count('failed'),
    wrong: count('wrong'),
    before: between(0, awayAtMs),
    away: between(awayAtMs, backAtMs),
    back: between(backAtMs, Number.POSITIVE_INFINITY),
  };
}

/** The same rate without any fault: what it costs a request not to be cached. */
export async function measureCalm(
  { start }: CacheStart,
  workload: Workload,
  run: Surroundings & { readonly config: BenchConfig },
): Promise<PhaseFigures> {
  await using gateway = await startGateway(start);
  await using sender = startProcess(new URL('./arrivals-process.js', import.meta.url), []);
  const order = await warmUp(gateway, workload, run);
  const { arrivalsPerSecond: perSecond, outageMs } = run.config;
  return toPhase(await send({ ...order, perSecond, durationMs: outageMs * calmTimes }, sender));
}

/** Both ways to an answer must be compiled: the one that knows it, and the one that asks for it. */
async function warmUp(
  gateway: GatewayUnderTest,
  workload: Workload,
  { config, loader }: Pick<OutageRun, 'config' | 'loader'>,
): Promise<Omit<ArrivalsOrder, 'perSecond' | 'durationMs'>> {
  const body = JSON.stringify({ query: workload.query });
  const answer = await postOperation(gateway.url, body);
  const order = { url: gateway.url, body, headers: requestHeaders, answer };
  const amount = Math.max(connections, config.warmUpRequests);
  await load({ ...order, connections, amount, distinctHeader }, { loader });
  await load({ ...order, connections, amount }, { loader });
  return order;
}

async function send(order: ArrivalsOrder, sender: BenchProcess): Promise<readonly Arrival[]> {
  const timeoutMs = order.durationMs + 60_000;
  const question = { kind: 'arrivals', message: order, timeoutMs } as const;
  const { arrivals } = await sender.ask<ArrivalsResult>(question);
  return arrivals;
}

function toPhase(arrivals: readonly Arrival[]): PhaseFigures {
  const latencies = arrivals.map(({ latencyMs }) => latencyMs);
  const at = (share: number): number => Math.round(quantile(latencies, share) * 100) / 100;
  return { requests: arrivals.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

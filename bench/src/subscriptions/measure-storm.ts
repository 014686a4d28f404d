import { setTimeout as sleep } from 'node:timers/promises';
import { postOperation } from '../gateways/gateway-under-test.ts';
import { quantile } from '../statistics.ts';
import { findWorkload } from '../workloads.ts';
import type { LiveRun } from './live-run.ts';
import { monotonicMs } from './monotonic-clock.ts';

/** What happens when everybody comes back at once. */
export interface StormFigures {
  /** Until the last client has had an event again. */
  readonly servedMs: number;
  /** Attempts to connect that failed. */
  readonly retries: number;
  /** Queries that were sent meanwhile. */
  readonly queries: number;
  /** Of them, those that got no answer, mostly because no connection could be made. */
  readonly failedQueries: number;
  /** Latency of all; of one without an answer, until it failed. */
  readonly queryMs: { readonly p50: number; readonly p99: number };
}

const queryIntervalMs = 50;
/** Prices of each market in a second: without one nobody is served. */
const eventsPerSecondAndMarket = 2;

/** All clients drop their connections and open them anew, while other clients send queries. */
export async function measureStorm(run: LiveRun): Promise<StormFigures> {
  const { crowd, prices, gateway, markets } = run;
  const body = JSON.stringify({ query: findWorkload('page').query });
  await postOperation(gateway.url, body);
  await prices.flow(markets, markets * eventsPerSecondAndMarket);
  let isOver = false;
  const storm = crowd.storm().finally(() => {
    isOver = true;
  });
  const sent: Promise<TimedQuery>[] = [];
  while (!isOver) {
    sent.push(timeQuery(gateway.url, body));
    await Promise.race([storm, sleep(queryIntervalMs)]);
  }
  const { elapsedMs, retries } = await storm;
  await prices.stop();
  const queries = await Promise.all(sent);
  const queryMs = queries.map(({ ms }) => ms);
  return {
    servedMs: elapsedMs,
    retries,
    queries: queries.length,
    failedQueries: queries.filter(({ isAnswered }) => !isAnswered).length,
    queryMs: { p50: quantile(queryMs, 0.5), p99: quantile(queryMs, 0.99) },
  };
}

interface TimedQuery {
  readonly ms: number;
  readonly isAnswered: boolean;
}

async function timeQuery(url: string, body: string): Promise<TimedQuery> {
  const startedAtMs = monotonicMs();
  const isAnswered = await postOperation(url, body).then(
    () => true,
    () => false,
  );
  return { ms: monotonicMs() - startedAtMs, isAnswered };
}

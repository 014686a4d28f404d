import { quantile } from '../statistics.ts';
import type { ChaosArrival } from './chaos-load-process.ts';
import type { ChaosQuestion } from './chaos-questions.ts';
import type { Victim } from './victims.ts';

/** When something was down, by the machine's monotonic clock. */
export interface Outage {
  readonly victim: Victim;
  readonly killedAtMs: number;
  readonly backAtMs: number;
}

/** What became of the requests of one outage. */
export interface OutageChaos {
  readonly victim: string;
  readonly awayMs: number;
  readonly requests: number;
  readonly right: number;
  readonly partial: number;
  readonly failed: number;
  readonly wrong: number;
  readonly hung: number;
  /** Not right although nothing was down that they need, or longer after the return than allowed. */
  readonly stray: number;
  /** From the return until the last request that was not right had its answer. */
  readonly recoveryMs: number;
  readonly p99Ms: { readonly away: number | undefined; readonly after: number | undefined };
}

/** Errors later than this after a return are about nothing that is down. */
export const recoveryMsMax = 5_000;

type QuestionOf = (arrival: ChaosArrival) => ChaosQuestion | undefined;

/**
 * Counts what became of the requests, by the outage during or after which they ended: what a kill
 * breaks may have been sent before it.
 */
export function toFigures(
  outages: readonly Outage[],
  arrivals: readonly ChaosArrival[],
  questionOf: QuestionOf,
): readonly OutageChaos[] {
  const isExcused = (arrival: ChaosArrival): boolean =>
    outages.some((outage) => explains(outage, arrival, questionOf));
  return outages.map((outage, index) => {
    const { victim, killedAtMs, backAtMs } = outage;
    const nextAtMs = outages[index + 1]?.killedAtMs ?? Number.POSITIVE_INFINITY;
    const own = arrivals.filter(
      (arrival) => doneAtMs(arrival) >= killedAtMs && doneAtMs(arrival) < nextAtMs,
    );
    const count = (verdict: ChaosArrival['verdict']): number =>
      own.filter((arrival) => arrival.verdict === verdict).length;
    const bad = own.filter(({ verdict }) => verdict !== 'right');
    const last = Math.max(backAtMs, ...bad.map(doneAtMs));
    return {
      victim: victim.name,
      awayMs: Math.round(backAtMs - killedAtMs),
      requests: own.length,
      right: count('right'),
      partial: count('partial'),
      failed: count('failed'),
      wrong: count('wrong'),
      hung: count('hung'),
      stray: bad.filter((arrival) => !isExcused(arrival)).length,
      recoveryMs: Math.round(last - backAtMs),
      p99Ms: {
        away: p99Of(own.filter(({ sentAtMs }) => sentAtMs < backAtMs)),
        after: p99Of(own.filter(({ sentAtMs }) => sentAtMs >= backAtMs)),
      },
    };
  });
}

/** True when the request needed what was away, at some time between its start and its end. */
function explains(
  { victim, killedAtMs, backAtMs }: Outage,
  arrival: ChaosArrival,
  questionOf: QuestionOf,
): boolean {
  const isConcerned =
    victim.takes === 'all' || (questionOf(arrival)?.needs.includes(victim.takes) ?? false);
  const { sentAtMs } = arrival;
  return isConcerned && doneAtMs(arrival) >= killedAtMs && sentAtMs <= backAtMs + recoveryMsMax;
}

function doneAtMs({ sentAtMs, latencyMs }: ChaosArrival): number {
  return sentAtMs + latencyMs;
}

/** Rounded; undefined where nothing was sent. */
export function p99Of(arrivals: readonly ChaosArrival[]): number | undefined {
  if (arrivals.length === 0) return undefined;
  const latencies = arrivals.map(({ latencyMs }) => latencyMs);
  return Math.round(quantile(latencies, 0.99));
}

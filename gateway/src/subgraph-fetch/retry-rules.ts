import type { CallFault } from './call-error.ts';
import type { RecentCounts } from './recent-counts.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';

type RetrySettings = SubgraphSettings['retries'];

/** An attempt that failed. */
export interface FailedAttempt {
  /** 0 for the first. */
  readonly attempt: number;
  readonly fault: CallFault;
  readonly isQuery: boolean;
  /** What the call has left of its deadline. */
  readonly leftMs: number;
}

/**
 * Milliseconds to wait before the next attempt; undefined: there is to be none. A mutation is sent
 * again only where nothing of it can have reached the subgraph.
 */
export function waitBeforeRetry(
  { attempt, fault, isQuery, leftMs }: FailedAttempt,
  settings: RetrySettings,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= settings.max) return undefined;
  if (!(isQuery || fault.kind === 'unreachable') || !mayPass(fault, settings)) return undefined;
  const waitMs = Math.max(
    isClosedWhileIdle(fault) && attempt === 0 ? 0 : random() * longestWaitMs(attempt, settings),
    fault.kind === 'status' ? retryAfterMs(fault.retryAfter) : 0,
  );
  return waitMs < leftMs ? waitMs : undefined;
}

/** True while further attempts, of which one is to be added, are within what the calls allow. */
export function isWithinBudget(
  recent: RecentCounts,
  { retries, countingWindowMs }: Pick<SubgraphSettings, 'retries' | 'countingWindowMs'>,
  nowMs: number,
): boolean {
  const { calls, retries: made } = recent.totals(nowMs);
  const { budgetPercent, budgetPerSecondMin } = retries;
  const allowance = (calls * budgetPercent) / 100 + (budgetPerSecondMin * countingWindowMs) / 1_000;
  return made + 1 <= allowance;
}

/** Faults that another attempt may not meet. */
function mayPass(fault: CallFault, { statuses }: RetrySettings): boolean {
  switch (fault.kind) {
    case 'unreachable':
    case 'lost':
      return true;
    case 'status':
      return statuses.includes(fault.status);
    default:
      return false;
  }
}

/** As a keep-alive socket ends that the subgraph closes just when it is used: the subgraph is well. */
function isClosedWhileIdle(fault: CallFault): boolean {
  return fault.kind === 'lost' && !fault.isHeard;
}

function longestWaitMs(attempt: number, { backOffMs, backOffMsMax }: RetrySettings): number {
  return Math.min(backOffMsMax, backOffMs * 2 ** attempt);
}

/** RFC 9110, section 10.2.3: seconds or a date. What is neither asks for nothing. */
function retryAfterMs(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  const untilMs = Date.parse(text) - Date.now();
  return Number.isNaN(untilMs) ? 0 : Math.max(0, untilMs);
}

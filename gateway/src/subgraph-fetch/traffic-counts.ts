import type { BreakerState } from './subgraph-breaker.ts';

/** How a call to a subgraph can end. */
export type CallOutcome =
  | 'answered'
  | 'unreachable'
  | 'lost'
  | 'timeout'
  | 'status'
  | 'tooLong'
  /** The circuit breaker was open. */
  | 'refused'
  /** Too many wait already. */
  | 'crowded'
  /** The client left, or the operation had no time left. */
  | 'aborted';

const noReplicas = { count: 0, ejected: 0 };

/** What became of the calls to one subgraph since the process began. */
export class TrafficCounts {
  readonly calls: Record<CallOutcome, number> = {
    answered: 0,
    unreachable: 0,
    lost: 0,
    timeout: 0,
    status: 0,
    tooLong: 0,
    refused: 0,
    crowded: 0,
    aborted: 0,
  };
  retries = 0;
  /** Further attempts that the budget did not allow. */
  retriesRefused = 0;
  /** Queries of which a second replica was asked, and those that it was the first to answer. */
  hedges = 0;
  hedgesWon = 0;
  breakerOpenings = 0;
  /** Replicas that were left out for a time. */
  ejections = 0;
  replicas: () => { readonly count: number; readonly ejected: number } = () => noReplicas;
  breakerState: () => BreakerState = () => 'closed';
}

import type { Config } from '../config.ts';
import type { Bucket } from '../rate-limits/rate-limit-store.ts';
import type { CallbackMessage } from '../subscriptions/subgraph-callbacks/callback-message.ts';

/** What the primary is asked by a worker. */
export type PrimaryQuestion =
  | {
      readonly kind: 'takeRates' | 'settleRates';
      readonly subject: string;
      readonly buckets: readonly Bucket[];
    }
  /** Asks all workers that serve; its answer is the list of theirs. */
  | { readonly kind: 'all'; readonly question: WorkerQuestion }
  /** Asks all others, also those that drain; answered when each has, or has ended. */
  | { readonly kind: 'others'; readonly question: WorkerQuestion }
  /** Asks one; undefined when there is no such worker. */
  | { readonly kind: 'one'; readonly worker: number; readonly question: WorkerQuestion };

/** What a worker is asked by others, through the primary. */
export type WorkerQuestion =
  | { readonly kind: 'metrics' }
  | { readonly kind: 'readiness' }
  | { readonly kind: 'invalidate'; readonly tags: readonly string[] }
  | { readonly kind: 'hasCallback'; readonly id: string }
  | { readonly kind: 'takeCallback'; readonly message: CallbackMessage };

/** Whether a worker can serve. */
export interface Readiness {
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

/** What the primary says to a worker beside questions and answers. */
export type WorkerOrder =
  | { readonly kind: 'serve'; readonly config: Config; readonly worker: number }
  /** `handover`: another one has taken its place, so it takes no more connections. */
  | { readonly kind: 'drain'; readonly handover: boolean };

/** What a worker says to the primary beside those. */
export type WorkerReport =
  | { readonly kind: 'serves'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  /** Once a second, as long as its thread runs. */
  | { readonly kind: 'alive' };

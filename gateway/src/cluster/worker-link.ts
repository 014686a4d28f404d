import type { InvalidationLog } from '../cache/invalidation-log.ts';
import type { BucketState, RateLimitStore } from '../rate-limits/rate-limit-store.ts';
import type { CallbackMessage } from '../subscriptions/subgraph-callbacks/callback-message.ts';
import type { PrimaryQuestion, Readiness, WorkerQuestion } from './cluster-messages.ts';

/** What a worker answers when others ask. */
export interface WorkerAnswers {
  /** The metrics of the process, as prom-client writes them to JSON. */
  metrics(): Promise<unknown>;
  readiness(): Readiness;
  invalidate(tags: readonly string[]): Promise<void>;
  hasCallback(id: string): boolean;
  takeCallback(message: CallbackMessage): boolean;
}

export interface WorkerLinkParts {
  readonly worker: number;
  readonly ask: (question: PrimaryQuestion) => Promise<unknown>;
}

/** How a gateway in a worker reaches what all workers of its cluster share. */
export class WorkerLink {
  readonly #parts: WorkerLinkParts;
  #answers: WorkerAnswers | undefined;

  constructor(parts: WorkerLinkParts) {
    this.#parts = parts;
  }

  /** From now on others may ask this worker. */
  open(answers: WorkerAnswers): void {
    this.#answers = answers;
  }

  async answer(question: WorkerQuestion): Promise<unknown> {
    const answers = this.#answers;
    if (answers === undefined) return undefined;
    switch (question.kind) {
      case 'metrics':
        return answers.metrics();
      case 'readiness':
        return answers.readiness();
      case 'invalidate':
        return answers.invalidate(question.tags);
      case 'hasCallback':
        return answers.hasCallback(question.id);
      case 'takeCallback':
        return answers.takeCallback(question.message);
    }
  }

  /** Counts in the primary: what all workers together may take, whatever their number. */
  readonly rateLimits: RateLimitStore = {
    take: async (subject, buckets) => {
      const question = { kind: 'takeRates', subject, buckets: [...buckets] } as const;
      return (await this.#parts.ask(question)) as readonly BucketState[];
    },
    settle: async (subject, buckets) => {
      await this.#parts.ask({ kind: 'settleRates', subject, buckets: [...buckets] });
    },
  };

  /** The same log, telling all other workers what is out of date before it is said to be known. */
  shareLog(own: InvalidationLog): InvalidationLog {
    return {
      position: () => own.position(),
      catchUp: () => own.catchUp(),
      isCurrent: (since, tags) => own.isCurrent(since, tags),
      invalidate: async (tags) => {
        await own.invalidate(tags);
        const question = { kind: 'invalidate', tags: [...tags] } as const;
        await this.#parts.ask({ kind: 'others', question });
      },
    };
  }

  async allMetrics(): Promise<readonly unknown[]> {
    return (await this.#parts.ask({ kind: 'all', question: { kind: 'metrics' } })) as unknown[];
  }

  async allReadiness(): Promise<readonly Readiness[]> {
    return (await this.#parts.ask({ kind: 'all', question: { kind: 'readiness' } })) as Readiness[];
  }

  /** Goes before the ids of this worker's callbacks. */
  get callbackPrefix(): string {
    return `${this.#parts.worker}-`;
  }

  /** Asks the worker that a callback's id names. */
  async askOwner(id: string, question: WorkerQuestion): Promise<boolean> {
    const worker = /^(\d{1,9})-/.exec(id)?.[1];
    if (worker === undefined || Number(worker) === this.#parts.worker) return false;
    return (await this.#parts.ask({ kind: 'one', worker: Number(worker), question })) === true;
  }
}

import type { ErrorCode } from '@plaza/schema/errors';
import type { Registry } from 'prom-client';
import { Counter, Histogram } from 'prom-client';

/** Of answers: most take milliseconds, none longer than its deadline. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** An operation that has ended. */
export interface EndedOperation {
  /** Undefined for what was refused before it was known. */
  readonly type: string | undefined;
  readonly clientName: string | undefined;
  /** Undefined: something was executed. */
  readonly code: ErrorCode | undefined;
  /** Of what was executed. */
  readonly hasErrors: boolean;
  readonly durationMs: number;
}

interface Instruments {
  readonly count: { inc(): void };
  /** Undefined for subscriptions: how long somebody watches is no latency. */
  readonly duration: { observe(seconds: number): void } | undefined;
}

/** Counts operations by how they end. All labels have few values, whatever clients send. */
export class OperationMetrics {
  readonly #clients: ReadonlySet<string>;
  readonly #known = new Map<string, Instruments>();
  readonly #count: Counter<'type' | 'client' | 'code'>;
  readonly #duration: Histogram<'type' | 'client'>;

  /** `clients`: the names that are told apart. */
  constructor(registry: Registry, { clients }: { readonly clients: readonly string[] }) {
    this.#clients = new Set(clients);
    this.#count = new Counter({
      name: 'plaza_operations_total',
      help: 'Operations that have ended. Code: OK, PARTIAL (data and errors), or the error code.',
      labelNames: ['type', 'client', 'code'],
      registers: [registry],
    });
    this.#duration = new Histogram({
      name: 'plaza_operation_duration_seconds',
      help: 'Time from the request of a query or mutation to its answer.',
      labelNames: ['type', 'client'],
      buckets: durationBuckets,
      registers: [registry],
    });
  }

  observe({ type = 'unknown', clientName, code, hasErrors, durationMs }: EndedOperation): void {
    const outcome = code ?? (hasErrors ? 'PARTIAL' : 'OK');
    const client = this.#clientLabel(clientName);
    const key = `${type} ${outcome} ${client}`;
    let instruments = this.#known.get(key);
    if (instruments === undefined) {
      instruments = {
        count: this.#count.labels({ type, client, code: outcome }),
        duration: type === 'subscription' ? undefined : this.#duration.labels({ type, client }),
      };
      this.#known.set(key, instruments);
    }
    instruments.count.inc();
    instruments.duration?.observe(durationMs / 1_000);
  }

  #clientLabel(name: string | undefined): string {
    if (name === undefined) return 'none';
    return this.#clients.has(name) ? name : 'other';
  }
}

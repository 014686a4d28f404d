import { AppError } from '@plaza/schema/errors';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import type { Gateway, OperationOutcome, SubscriptionOutcome } from '../gateway.ts';
import type { OperationRequest } from '../operation-request.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Candidate, Tried } from './candidate.ts';
import { answerOf } from './candidate.ts';
import { compareAnswers } from './compare-answers.ts';
import type { ComparisonResult } from './shadow-counts.ts';
import { ShadowCounts } from './shadow-counts.ts';

/** Operations of which it is remembered when they were last told to differ. */
const toldOperationsMax = 1_000;
/** One operation is told to differ once in that time. */
const tellAgainMs = 60_000;

/** Who answers the same query again when the first answers differ. */
export interface Contenders {
  /** The graph in use, as it answers now, without its cache. */
  readonly control: Candidate;
  readonly candidate: Candidate;
}

/** A query that was answered, and how. */
interface AnsweredQuery {
  readonly request: OperationRequest;
  readonly outcome: OperationOutcome & {
    readonly operation: NonNullable<OperationOutcome['operation']>;
  };
  readonly durationMs: number;
}

/**
 * Tries a share of the live queries on a candidate, after they were answered, and tells where it
 * answers otherwise. Data change: two answers differ only when they do so twice, the second time asked
 * at the same moment. It has a queue and a number of tries at a time; what is beyond is not tried.
 */
export class ShadowTraffic implements Disposable {
  readonly counts = new ShadowCounts();
  readonly #config: Config['shadow'];
  readonly #contenders: Contenders;
  readonly #logger: Logger;
  readonly #queue: AnsweredQuery[] = [];
  readonly #toldAt = new LRUCache<string, number>({ max: toldOperationsMax });
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #underWay = 0;

  constructor(config: Config['shadow'], contenders: Contenders, logger: Logger) {
    this.#config = config;
    this.#contenders = contenders;
    this.#logger = logger;
    this.#timer = setInterval(() => this.report(), config.reportIntervalMs).unref();
  }

  /** The same gateway, whose answered queries are tried. */
  watch(gateway: Gateway): Gateway {
    const offer = (
      request: OperationRequest,
      startedMs: number,
      outcome: OperationOutcome | SubscriptionOutcome,
    ): void => {
      if (outcome.kind === 'response') {
        this.#offer(request, outcome, performance.now() - startedMs);
      }
    };
    return {
      ...gateway,
      run: async (request) => {
        const startedMs = performance.now();
        const outcome = await gateway.run(request);
        offer(request, startedMs, outcome);
        return outcome;
      },
      runLive: async (request) => {
        const startedMs = performance.now();
        const outcome = await gateway.runLive(request);
        offer(request, startedMs, outcome);
        return outcome;
      },
    };
  }

  /** Writes what was compared since the last time, if anything was. */
  report(): void {
    const summary = this.counts.takeSummary();
    if (summary !== undefined) this.#logger.info(summary, 'shadow traffic');
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#queue.length = 0;
    this.#end.abort(new AppError('SUPERGRAPH_UNAVAILABLE', 'The gateway stops'));
    this.report();
  }

  #offer(request: OperationRequest, outcome: OperationOutcome, durationMs: number): void {
    const { operation, code, payloads } = outcome;
    // What was refused says nothing of the graph; mutations are never done twice.
    if (operation?.type !== 'query' || code !== undefined || payloads !== undefined) return;
    if (Math.random() * 100 >= this.#config.percent) return;
    if (this.#queue.length >= this.#config.queueMax) {
      this.counts.add('dropped');
      return;
    }
    this.#queue.push({ request, outcome: { ...outcome, operation }, durationMs });
    this.#next();
  }

  #next(): void {
    while (this.#underWay < this.#config.concurrencyMax) {
      const query = this.#queue.shift();
      if (query === undefined) return;
      this.#underWay += 1;
      void this.#try(query).finally(() => {
        this.#underWay -= 1;
        this.#next();
      });
    }
  }

  async #try(query: AnsweredQuery): Promise<void> {
    const { outcome, durationMs } = query;
    const request = this.#again(query);
    try {
      const tried = await this.#contenders.candidate(request);
      const live: Tried = { answer: answerOf(outcome), durationMs, calls: outcome.calls };
      this.counts.time(live, tried);
      const differences = await this.#confirm(compareAnswers(live.answer, tried.answer), query);
      const result: ComparisonResult = differences.length === 0 ? 'equal' : 'different';
      this.counts.add(result);
      if (result === 'different') this.#tell(outcome.operation, differences, live, tried);
    } catch (error) {
      if (this.#end.signal.aborted) return;
      this.counts.add('failed');
      this.#tellOnce(`failed ${outcome.operation.id}`, () =>
        this.#logger.warn({ ...namesOf(outcome.operation), error }, 'a shadow query failed'),
      );
    }
  }

  /** Those that are still there when both are asked at the same moment. */
  async #confirm(differences: readonly string[], query: AnsweredQuery): Promise<readonly string[]> {
    if (differences.length === 0) return differences;
    const { control, candidate } = this.#contenders;
    const [live, tried] = await Promise.all([
      control(this.#again(query)),
      candidate(this.#again(query)),
    ]);
    const still = new Set(compareAnswers(live.answer, tried.answer));
    return differences.filter((difference) => still.has(difference));
  }

  #again({ request, outcome }: AnsweredQuery): OperationRequest {
    const { text: query } = outcome.operation;
    const timeout = AbortSignal.timeout(this.#config.timeoutMs);
    const signal = AbortSignal.any([this.#end.signal, timeout]);
    const named = { documentId: undefined, extensions: {} };
    return { ...request, ...named, query, signal, incrementalFormat: undefined };
  }

  #tell(
    operation: NonNullable<OperationOutcome['operation']>,
    differences: readonly string[],
    live: Tried,
    tried: Tried,
  ): void {
    const took = ({ durationMs, calls }: Tried) => ({ duration_ms: Math.round(durationMs), calls });
    const line = { ...namesOf(operation), differences, live: took(live), candidate: took(tried) };
    this.#tellOnce(operation.id, () => this.#logger.warn(line, 'a shadow answer differs'));
  }

  #tellOnce(key: string, tell: () => void): void {
    const now = performance.now();
    if (now - (this.#toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < tellAgainMs) return;
    this.#toldAt.set(key, now);
    tell();
  }
}

function namesOf({ name, id }: NonNullable<OperationOutcome['operation']>) {
  return { operationName: name, operationId: id };
}

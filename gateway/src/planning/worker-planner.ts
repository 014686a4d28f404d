import { AppError } from '@plaza/schema/errors';
import { print } from 'graphql';
import type { ContractFilter } from '../contracts/contract-filter.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { PlannableOperation, QueryPlanner } from '../query-plan/planner.ts';
import type { SupergraphFacts } from '../supergraph/supergraph-facts.ts';
import type { PlanRequest } from './planner-messages.ts';
import { PlannerThread } from './planner-thread.ts';

export interface WorkerPlannerSettings {
  /** Threads that plan at the same time, at least 1. One is started at once, others when needed. */
  readonly workersMax: number;
  /** Time to plan one operation. */
  readonly timeoutMs: number;
  /** Operations that may wait for a thread. */
  readonly queueMax: number;
  /** Time after which nobody waits for an operation in the queue any more. */
  readonly waitTimeoutMs: number;
}

interface Job {
  readonly request: PlanRequest;
  readonly flight: PromiseWithResolvers<QueryPlan>;
  readonly enqueuedMs: number;
}

/** A planner that is ready, and what its thread read of the supergraph. */
export interface StartedPlanner {
  readonly planner: QueryPlanner;
  readonly facts: SupergraphFacts;
}

/**
 * Starts a planner that plans in worker threads, so that no operation stalls the event loop. Threads
 * that run out of time or memory are replaced. Rejects with AppError SUPERGRAPH_UNAVAILABLE for SDL
 * of which no planner can be made, INTERNAL_SERVER_ERROR when the thread breaks down.
 */
export async function startWorkerPlanner(
  sdl: string,
  settings: WorkerPlannerSettings,
  contracts: readonly ContractFilter[] = [],
): Promise<StartedPlanner> {
  const thread = new PlannerThread({ sdl, isAccepted: false, contracts }, settings.timeoutMs);
  await thread.ready;
  return { planner: new WorkerPlanner(sdl, settings, thread), facts: await thread.facts };
}

class WorkerPlanner implements QueryPlanner {
  readonly #sdl: string;
  readonly #settings: WorkerPlannerSettings;
  readonly #threads = new Set<PlannerThread>();
  readonly #queue: Job[] = [];
  #isRetired = false;

  constructor(sdl: string, settings: WorkerPlannerSettings, thread: PlannerThread) {
    this.#sdl = sdl;
    this.#settings = settings;
    this.#threads.add(thread);
    this.#settle();
  }

  plan({ planDocument, operationName, activeLabels }: PlannableOperation): Promise<QueryPlan> {
    this.#dropForgotten();
    if (this.#queue.length >= this.#settings.queueMax) {
      return Promise.reject(queueIsFull(this.#settings.queueMax));
    }
    const flight = Promise.withResolvers<QueryPlan>();
    const request = { document: print(planDocument), operationName, activeLabels };
    this.#queue.push({ request, flight, enqueuedMs: performance.now() });
    this.#dispatch();
    return flight.promise;
  }

  retire(): void {
    this.#isRetired = true;
    this.#settle();
  }

  #dispatch(): void {
    this.#dropEnded();
    this.#dropForgotten();
    for (const thread of this.#threads) {
      if (!thread.isIdle) continue;
      const job = this.#queue.shift();
      if (job === undefined) break;
      void this.#run(thread, job);
    }
    let starting = [...this.#threads].filter((thread) => thread.isStarting).length;
    while (starting < this.#queue.length && this.#threads.size < this.#settings.workersMax) {
      this.#startThread();
      starting += 1;
    }
    this.#settle();
  }

  async #run(thread: PlannerThread, { request, flight }: Job): Promise<void> {
    try {
      flight.resolve(await thread.plan(request));
    } catch (error) {
      flight.reject(error);
    }
    this.#dropEnded();
    if (this.#threads.size === 0 && !this.#isRetired) this.#startThread();
    this.#dispatch();
  }

  #startThread(): PlannerThread {
    const thread = new PlannerThread(
      { sdl: this.#sdl, isAccepted: true, contracts: [] },
      this.#settings.timeoutMs,
    );
    this.#threads.add(thread);
    thread.ready.then(
      () => this.#dispatch(),
      (error: unknown) => this.#onNotStarted(thread, error),
    );
    return thread;
  }

  /** The next operation tries again; those that wait would otherwise wait for nothing. */
  #onNotStarted(thread: PlannerThread, error: unknown): void {
    this.#threads.delete(thread);
    if (this.#threads.size === 0) {
      for (const { flight } of this.#queue.splice(0)) flight.reject(error);
    }
    this.#settle();
  }

  #dropEnded(): void {
    for (const thread of this.#threads) {
      if (thread.hasEnded) this.#threads.delete(thread);
    }
  }

  #dropForgotten(): void {
    const { waitTimeoutMs } = this.#settings;
    const now = performance.now();
    for (;;) {
      const [oldest] = this.#queue;
      if (oldest === undefined || now - oldest.enqueuedMs < waitTimeoutMs) return;
      this.#queue.shift();
      oldest.flight.reject(waitedTooLong(waitTimeoutMs));
    }
  }

  /** Ends what a retired planner needs no longer; idle threads let the process end. */
  #settle(): void {
    const isNeeded = this.#queue.length > 0;
    for (const thread of this.#threads) {
      const isFree = thread.isIdle || thread.isStarting;
      if (this.#isRetired && !isNeeded && isFree) {
        this.#threads.delete(thread);
        thread.end();
      } else {
        thread.setAwaited(isNeeded || !isFree);
      }
    }
  }
}

// Not RATE_LIMITED: the client may be well within its limits. The gateway is short of planners.
function queueIsFull(queueMax: number): AppError {
  return new AppError(
    'SUPERGRAPH_UNAVAILABLE',
    `${queueMax} operations wait to be planned already (planning.queueMax)`,
  );
}

function waitedTooLong(waitTimeoutMs: number): AppError {
  return new AppError(
    'SUPERGRAPH_UNAVAILABLE',
    `The operation waited ${waitTimeoutMs} ms to be planned (requestTimeoutMs)`,
  );
}

import { Worker } from 'node:worker_threads';
import { AppError } from '@plaza/schema/errors';
import { fromErrorMessage } from '../error-message.ts';
import { nextTurn } from '../next-turn.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { SupergraphFacts } from '../supergraph/supergraph-facts.ts';
import type { PlannerReply, PlannerThreadData, PlanRequest } from './planner-messages.ts';

/** Time for a thread to build its planner; the largest public supergraphs take a hundredth. */
const startTimeoutMs = 60_000;
/** Heap of one thread: an operation that needs more is refused, the process lives on. */
const heapMegabytesMax = 2_048;

/** A longer plan is read in one turn of the event loop, and compiled in another. */
const planCharactersAtOnce = 20_000;

const workerUrl = new URL('./planner-worker.js', import.meta.url);

/** One worker thread with a planner of its own. It never keeps the process alive while idle. */
export class PlannerThread {
  /**
   * Rejects with AppError SUPERGRAPH_UNAVAILABLE when no planner can be made of the SDL,
   * INTERNAL_SERVER_ERROR when the thread breaks down.
   */
  readonly ready: Promise<void>;
  /** What serving takes from the SDL, unless that was accepted before. Rejects as `ready` does. */
  readonly facts: Promise<SupergraphFacts>;
  readonly #worker: Worker;
  readonly #accepted = Promise.withResolvers<SupergraphFacts>();
  readonly #started = Promise.withResolvers<void>();
  readonly #timeoutMs: number;
  #flight: PromiseWithResolvers<QueryPlan> | undefined;
  #isStarted = false;
  #hasEnded = false;

  /** `timeoutMs` is the time to plan one operation. */
  constructor(workerData: PlannerThreadData, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#worker = new Worker(workerUrl, {
      workerData,
      name: 'planner',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    });
    this.#worker.on('message', (message: PlannerReply) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(toRefusal(error)));
    this.#worker.on('exit', () => this.#end(stopped()));
    const timer = setTimeout(() => this.#end(notStarted(startTimeoutMs)), startTimeoutMs).unref();
    this.ready = this.#started.promise.finally(() => clearTimeout(timer));
    this.facts = this.#accepted.promise;
    // Whoever waits for them learns of it; nobody has to.
    this.ready.catch(() => undefined);
    this.facts.catch(() => undefined);
  }

  get isIdle(): boolean {
    return this.#isStarted && !this.#hasEnded && this.#flight === undefined;
  }

  get isStarting(): boolean {
    return !this.#isStarted && !this.#hasEnded;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Says whether somebody waits for this thread, so that the process must not end yet. */
  setAwaited(isAwaited: boolean): void {
    if (isAwaited) this.#worker.ref();
    else this.#worker.unref();
  }

  /**
   * Plans one operation; the thread must be idle. Throws what the planner throws, and AppError
   * OPERATION_TOO_COMPLEX when time or memory run out, which ends the thread.
   */
  async plan(request: PlanRequest): Promise<QueryPlan> {
    const flight = Promise.withResolvers<QueryPlan>();
    this.#flight = flight;
    this.#worker.postMessage(request);
    const timer = setTimeout(() => {
      // After a stall of this thread the answer may be here already, read after the timers.
      setImmediate(() => {
        if (this.#flight === flight) this.#end(tookTooLong(this.#timeoutMs));
      });
    }, this.#timeoutMs);
    try {
      return await flight.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the thread, whatever it does. */
  end(): void {
    this.#end(stopped());
  }

  #receive(message: PlannerReply): void {
    switch (message.kind) {
      case 'accepted':
        this.#accepted.resolve(message.facts);
        return;
      case 'ready':
        this.#isStarted = true;
        this.#started.resolve();
        return;
      case 'unusable':
        this.#end(toUnavailable(fromErrorMessage(message.error)));
        return;
      case 'planned':
        void land(message.plan, this.#takeFlight());
        return;
      case 'refused':
        this.#takeFlight()?.reject(fromErrorMessage(message.error));
    }
  }

  #takeFlight(): PromiseWithResolvers<QueryPlan> | undefined {
    const flight = this.#flight;
    this.#flight = undefined;
    return flight;
  }

  #end(reason: AppError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const notReady = reason.code === 'OPERATION_TOO_COMPLEX' ? brokeDown(reason) : reason;
    this.#accepted.reject(notReady);
    this.#started.reject(notReady);
    this.#takeFlight()?.reject(reason);
    this.#worker.unref();
    void this.#worker.terminate();
  }
}

/** Hands a plan to whoever waits for it. */
async function land(
  plan: string,
  flight: PromiseWithResolvers<QueryPlan> | undefined,
): Promise<void> {
  const read = JSON.parse(plan) as QueryPlan;
  // It is compiled as soon as it is handed over, and reading it has taken milliseconds.
  if (plan.length > planCharactersAtOnce) await nextTurn();
  flight?.resolve(read);
}

function tookTooLong(timeoutMs: number): AppError {
  return new AppError(
    'OPERATION_TOO_COMPLEX',
    `The operation could not be planned within ${timeoutMs} ms (planning.timeoutMs). ` +
      'Ask for less at once.',
    { details: { limit: 'planning.timeoutMs', allowed: timeoutMs } },
  );
}

function toRefusal(cause: unknown): AppError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new AppError(
      'OPERATION_TOO_COMPLEX',
      `The operation could not be planned within ${heapMegabytesMax} MB. Ask for less at once.`,
      { cause },
    );
  }
  return brokeDown(cause);
}

function brokeDown(cause: unknown): AppError {
  return new AppError('INTERNAL_SERVER_ERROR', 'A planner thread broke down', { cause });
}

function toUnavailable(cause: Error): AppError {
  if (cause instanceof AppError && cause.code === 'SUPERGRAPH_UNAVAILABLE') return cause;
  return new AppError('SUPERGRAPH_UNAVAILABLE', 'No planner can be built from the supergraph', {
    cause,
  });
}

function notStarted(timeoutMs: number): AppError {
  return new AppError('INTERNAL_SERVER_ERROR', `No planner started within ${timeoutMs} ms`);
}

function stopped(): AppError {
  return new AppError('SUPERGRAPH_UNAVAILABLE', 'The planner thread ended before it had a plan');
}

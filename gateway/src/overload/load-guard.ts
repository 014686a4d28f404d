import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { EventLoopDelay } from './event-loop-delay.ts';
import { collectGarbage, heapUsedPercent } from './heap-use.ts';

/** What there is too much of. */
export type OverloadCause = 'event_loop' | 'heap' | 'operations';

const checkIntervalMs = 100;
/** So many checks in a row must say that there is too much, or that there is not. */
const checksInRow = 3;
/** What began to be too much is no more when it is down to this share of what it may be. */
const endShare = { event_loop: 0.5, heap: 0.9, operations: 0.9 } as const;
/**
 * While nothing new is taken little is allocated, and V8 may not look for what is dead for long. So it
 * is told to: in the second after the refusals began, and every ten seconds while they last.
 */
const checksBeforeCollection = 10;
const checksPerCollection = 100;

const sentences: Readonly<Record<OverloadCause, string>> = {
  event_loop: 'The process is too busy (overload.eventLoopDelayMsMax).',
  heap: 'The process is short of memory (overload.heapUsedPercentMax).',
  operations: 'Too many operations are under way (overload.operationsMax).',
};

/**
 * Knows when the process has more to do than it can. New operations are refused then, so that those
 * under way are answered and the process does not fall; it takes new ones again when there is clearly
 * less to do.
 */
export class LoadGuard implements Disposable {
  readonly #limits: Config['overload'];
  readonly #logger: Logger;
  readonly #delay = new EventLoopDelay(checksInRow);
  readonly #causes = new Set<OverloadCause>();
  readonly #shed: Record<OverloadCause, number> = { event_loop: 0, heap: 0, operations: 0 };
  #timer: NodeJS.Timeout | undefined;
  #underWay = 0;
  #heapChecks = 0;

  /** Until it is started it knows of operations alone. */
  constructor(limits: Config['overload'], logger: Logger) {
    this.#limits = limits;
    this.#logger = logger;
  }

  /** Looks at the thread and the heap from now on, until it is disposed of. */
  start(): this {
    let lastMs = performance.now();
    this.#timer ??= setInterval(() => {
      const now = performance.now();
      this.#delay.add(now - lastMs - checkIntervalMs);
      lastMs = now;
      this.#checkThread();
      this.#checkHeap();
    }, checkIntervalMs).unref();
    return this;
  }

  /** Counts an operation until it leaves. */
  enter(): void {
    this.#underWay += 1;
    if (this.#underWay > this.#limits.operationsMax) this.#begin('operations', this.#underWay);
  }

  leave(): void {
    this.#underWay -= 1;
    if (!this.#causes.has('operations')) return;
    if (this.#underWay <= this.#limits.operationsMax * endShare.operations) this.#end('operations');
  }

  /** Why a new operation must be refused, which counts it as such; undefined: it need not be. */
  refusal(): OverloadCause | undefined {
    if (this.#causes.size === 0) return undefined;
    const [cause] = this.#causes;
    if (cause !== undefined) this.#shed[cause] += 1;
    return cause;
  }

  /** One sentence for each cause of overload. */
  reasons(): string[] {
    return [...this.#causes].map((cause) => sentences[cause]);
  }

  get operationsUnderWay(): number {
    return this.#underWay;
  }

  get causes(): ReadonlySet<OverloadCause> {
    return this.#causes;
  }

  /** Operations that were refused, by what there was too much of. */
  get shed(): Readonly<Record<OverloadCause, number>> {
    return this.#shed;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #checkThread(): void {
    const { eventLoopDelayMsMax: max } = this.#limits;
    if (this.#delay.leastMs > max) this.#begin('event_loop', this.#delay.leastMs);
    else if (this.#delay.mostMs < max * endShare.event_loop) this.#end('event_loop');
  }

  #checkHeap(): void {
    const { heapUsedPercentMax: max } = this.#limits;
    const percent = heapUsedPercent();
    if (percent < max * endShare.heap) this.#end('heap');
    this.#heapChecks = percent > max || this.#causes.has('heap') ? this.#heapChecks + 1 : 0;
    if (this.#heapChecks >= checksInRow) this.#begin('heap', percent);
    if (this.#heapChecks % checksPerCollection === checksBeforeCollection) collectGarbage();
  }

  #begin(cause: OverloadCause, value: number): void {
    if (this.#causes.has(cause)) return;
    this.#causes.add(cause);
    this.#logger.warn({ cause, value: Math.round(value) }, 'gateway sheds load');
  }

  #end(cause: OverloadCause): void {
    if (this.#causes.delete(cause)) this.#logger.warn({ cause }, 'gateway takes load again');
  }
}

import { AppError } from '@plaza/schema/errors';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { OverflowPolicy } from './overflow-policy.ts';
import { WaitingEvents } from './waiting-events.ts';

/** Events that are joined with other subgraphs at the same time. */
const runsMax = 16;
/** Events that may wait for their turn. */
const waitingMax = 1_000;

/** An event of a source on its way to the clients. */
export interface IncomingEvent {
  readonly response: SubgraphResponse;
  readonly key: string;
}

export interface IntakeTarget {
  /** Begins to join an event; `EventIntake.release` says that it is done. */
  start(event: IncomingEvent): void;
  /** Events were dropped. */
  onGap(): void;
  /** Too many wait, and none may be dropped. */
  onOverflow(error: AppError): void;
}

/** Lets the events of a source in: no more at a time, and no more a second, than can be dealt with. */
export class EventIntake {
  readonly #policy: OverflowPolicy;
  readonly #target: IntakeTarget;
  readonly #latest = new WaitingEvents<IncomingEvent>();
  readonly #waiting: IncomingEvent[] = [];
  #runs = 0;
  #secondBeganMs = 0;
  #startedInSecond = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(policy: OverflowPolicy, target: IntakeTarget) {
    this.#policy = policy;
    this.#target = target;
  }

  add(response: SubgraphResponse): void {
    if (this.#isClosed) return;
    const event = { response, key: this.#policy.keyOf(response) };
    const isFirst = this.#waiting.length === 0 && this.#latest.size === 0;
    if (isFirst && this.#mayStart()) this.#start(event);
    else this.#wait(event);
  }

  /** One of the events that were started is done. */
  release(): void {
    this.#runs -= 1;
    this.#startWaiting();
  }

  /** Takes no more, and forgets what waits. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#latest.clear();
  }

  #wait(event: IncomingEvent): void {
    if (this.#policy.overflow === 'coalesce') {
      this.#latest.add(event);
      if (this.#latest.size > waitingMax) {
        this.#latest.take();
        this.#target.onGap();
      }
      return;
    }
    if (this.#waiting.length < waitingMax) {
      this.#waiting.push(event);
    } else if (this.#policy.overflow === 'dropNewest') {
      this.#target.onGap();
    } else {
      this.close();
      const message = 'The events of the subscription come faster than they can be joined';
      this.#target.onOverflow(new AppError('RATE_LIMITED', message));
    }
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0 || this.#latest.size > 0) {
      if (!this.#mayStart()) return;
      const event = this.#waiting.shift() ?? this.#latest.take();
      if (event !== undefined) this.#start(event);
    }
  }

  #start(event: IncomingEvent): void {
    this.#runs += 1;
    this.#startedInSecond += 1;
    this.#target.start(event);
  }

  #mayStart(): boolean {
    if (this.#runs >= runsMax) return false;
    const nowMs = performance.now();
    if (nowMs - this.#secondBeganMs >= 1_000) {
      this.#secondBeganMs = nowMs;
      this.#startedInSecond = 0;
    }
    if (this.#startedInSecond < this.#policy.eventsPerSecondMax) return true;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#startWaiting();
      },
      1_000 - (nowMs - this.#secondBeganMs),
    );
    return false;
  }
}

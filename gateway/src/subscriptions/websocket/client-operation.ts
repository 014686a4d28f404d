import { AppError } from '@plaza/schema/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { OperationOutcome, SubscriptionOutcome } from '../../gateway.ts';
import type { LiveEvent } from '../live-event.ts';
import type { Subscriber, SubscriberIdentity, Subscription } from '../subscriber.ts';
import { WaitingEvents } from '../waiting-events.ts';
import { createEventFrame, EventFrame } from './event-frame.ts';

/** Keys of which the latest event may wait for one slow client. */
const waitingMax = 1_000;

/** What an operation needs of the socket that it came by. */
export interface OperationSocket {
  send(message: string): void;
  sendFrame(frame: EventFrame, id: string): void;
  /** False while the client has more to read than it may. */
  hasRoom(): boolean;
  /** The client reads too slowly for its subscription: its socket is closed. */
  giveUp(): void;
  /** The operation is over: its id is free again. */
  release(id: string): void;
}

/** One operation on one client's socket: a query, a mutation or a subscription. */
export class ClientOperation implements Subscriber {
  readonly #socket: OperationSocket;
  readonly #id: string;
  /** Present until the operation has its answer, or its subscription has begun. */
  #start: AbortController | undefined;
  #subscription: Subscription | undefined;
  /** Whether the client asked to be told of events that it may have missed. */
  readonly #wantsGaps: boolean;
  #hasMissed = false;
  #waiting: WaitingEvents<LiveEvent> | undefined;
  #isOver = false;

  /** `id` is the operation's id as JSON text of ASCII characters. */
  constructor(socket: OperationSocket, id: string, wantsGaps: boolean) {
    this.#socket = socket;
    this.#id = id;
    this.#wantsGaps = wantsGaps;
  }

  /** True while the client waits for an answer that will come. */
  get isAnswering(): boolean {
    return this.#start !== undefined;
  }

  /** The signal aborts when the client gives up before there is an answer. */
  begin(): AbortSignal {
    this.#start = new AbortController();
    return this.#start.signal;
  }

  /** Takes the answer, or the subscription that has begun. */
  settle(outcome: OperationOutcome | SubscriptionOutcome): void {
    this.#start = undefined;
    if (outcome.kind === 'subscription') {
      if (this.#isOver) outcome.subscription.close();
      else this.#subscription = outcome.subscription;
      return;
    }
    outcome.logCompleted();
    if (this.#isOver) return;
    if (outcome.code === undefined) {
      this.#socket.sendFrame(new EventFrame(outcome.body), this.#id);
      this.complete();
    } else {
      const { errors } = JSON.parse(outcome.body.toString()) as RequestErrors;
      this.fail(errors);
    }
  }

  next(event: LiveEvent): void {
    if (this.#waiting === undefined && this.#socket.hasRoom()) this.#write(event);
    else this.#overflow(event);
  }

  gap(): void {
    if (!this.#wantsGaps) return;
    if (this.#socket.hasRoom()) this.#socket.send(gapMessage(this.#id));
    else this.#hasMissed = true;
  }

  /** The client has read what there was for it. */
  resume(): void {
    if (this.#hasMissed) {
      this.#hasMissed = false;
      this.gap();
    }
    while (this.#waiting !== undefined && this.#socket.hasRoom()) {
      const event = this.#waiting.take();
      if (event === undefined) this.#waiting = undefined;
      else this.#write(event);
    }
  }

  renew(identity: SubscriberIdentity): void {
    this.#subscription?.renew(identity);
  }

  complete(): void {
    if (this.#end()) this.#socket.send(`{"id":${this.#id},"type":"complete"}`);
  }

  fail(errors: readonly GraphQLFormattedError[]): void {
    if (!this.#end()) return;
    const payload = JSON.stringify(errors);
    this.#socket.send(`{"id":${this.#id},"type":"error","payload":${payload}}`);
  }

  /** The client wants no more of it, or is gone. */
  cancel(): void {
    if (!this.#end()) return;
    this.#start?.abort(new AppError('BAD_REQUEST', 'The client gave up the operation'));
    this.#subscription?.close();
  }

  #write(event: LiveEvent): void {
    this.#socket.sendFrame(event.encode(createEventFrame), this.#id);
  }

  #overflow(event: LiveEvent): void {
    switch (event.overflow) {
      case 'disconnect':
        this.#socket.giveUp();
        break;
      case 'dropNewest':
        this.#hasMissed = true;
        break;
      case 'coalesce':
        this.#waiting ??= new WaitingEvents();
        this.#waiting.add(event);
        if (this.#waiting.size > waitingMax) this.#socket.giveUp();
        break;
    }
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#socket.release(this.#id);
    return true;
  }
}

/** The body of an answer to a request of which nothing was executed. */
interface RequestErrors {
  readonly errors: readonly GraphQLFormattedError[];
}

/** Says that events may be missing before the next one. */
function gapMessage(id: string): string {
  return `{"id":${id},"type":"next","payload":{"data":null,"extensions":{"gap":true}}}`;
}

import { AppError } from '@plaza/schema/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { OperationOutcome, SubscriptionOutcome } from '../../gateway.ts';
import type { LiveEvent } from '../live-event.ts';
import { gapPayload, PacedSubscriber } from '../paced-subscriber.ts';
import type { SubscriberIdentity, Subscription } from '../subscriber.ts';
import type { ClientProtocol } from './client-protocol.ts';
import { completeMessage } from './client-protocol.ts';
import type { CloseReason } from './close-codes.ts';
import { closes } from './close-codes.ts';
import type { EventFrame } from './event-frame.ts';

/** What an operation needs of the socket that it came by. */
export interface OperationSocket {
  readonly protocol: ClientProtocol;
  send(message: string): void;
  sendFrame(frame: EventFrame, id: string): void;
  /** False while the client has more to read than it may. */
  hasRoom(): boolean;
  close(reason: CloseReason): void;
  /** The operation is over: its id is free again. */
  release(id: string): void;
}

/** One operation on one client's socket: a query, a mutation or a subscription. */
export class ClientOperation extends PacedSubscriber {
  readonly #socket: OperationSocket;
  readonly #id: string;
  /** Present until the operation has its answer, or its subscription has begun. */
  #start: AbortController | undefined;
  #subscription: Subscription | undefined;
  #isOver = false;

  /** `id` is the operation's id as JSON text of ASCII characters. */
  constructor(socket: OperationSocket, id: string, wantsGaps: boolean) {
    super(wantsGaps);
    this.#socket = socket;
    this.#id = id;
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
      this.#socket.sendFrame(this.#socket.protocol.frameOf(outcome.body), this.#id);
      this.complete();
    } else {
      const { errors } = JSON.parse(outcome.body.toString()) as RequestErrors;
      this.fail(errors);
    }
  }

  renew(identity: SubscriberIdentity): void {
    this.#subscription?.renew(identity);
  }

  complete(): void {
    if (this.#end()) this.#socket.send(completeMessage(this.#id));
  }

  fail(errors: readonly GraphQLFormattedError[]): void {
    if (this.#end()) this.#socket.send(this.#socket.protocol.failed(this.#id, errors));
  }

  /** The client wants no more of it, or is gone. */
  cancel(): void {
    if (!this.#end()) return;
    this.#start?.abort(new AppError('BAD_REQUEST', 'The client gave up the operation'));
    this.#subscription?.close();
  }

  protected writeEvent(event: LiveEvent): void {
    this.#socket.sendFrame(event.encode(this.#socket.protocol.frameOf), this.#id);
  }

  protected writeGap(): void {
    this.#socket.sendFrame(this.#socket.protocol.frameOf(Buffer.from(gapPayload)), this.#id);
  }

  protected hasRoom(): boolean {
    return this.#socket.hasRoom();
  }

  protected giveUp(): void {
    this.#socket.close(closes.tooSlow);
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

import type { Logger } from 'pino';
import type { Message } from './message.ts';

/**
 * Durable messages between subgraphs.
 *
 * - At least once: a consumer meets each message one time or more, so its work goes through the
 *   inbox (`runOnce`) or is harmless when repeated.
 * - Order is not promised, not even for one type from one source.
 * - Every queue whose patterns match gets its own copy; consumers of one queue compete for it.
 */
export interface MessageBus extends AsyncDisposable {
  /**
   * Resolves when the bus has stored every message in every queue that takes it. Waits through an
   * outage up to `publishTimeoutMs`. Rejects with UnroutableMessages when no queue takes some of
   * them (the others are stored), with AppError DOWNSTREAM_SERVICE_ERROR past the deadline (they may
   * be stored or not: publish again), BAD_USER_INPUT or PAYLOAD_TOO_LARGE for one that cannot be sent.
   */
  publish(messages: readonly Message[], options?: PublishOptions): Promise<void>;
  /**
   * Makes the queue, its dead letters and its bindings if they are missing, without reading. Patterns
   * are added to those that it has; `unbindQueue` takes some away.
   */
  declareQueue(queue: QueueDeclaration): Promise<void>;
  unbindQueue(queue: QueueDeclaration): Promise<void>;
  /** Declares the queue and reads it until the consumer or the bus is closed. */
  consume(options: ConsumeOptions): Promise<Consumer>;
  readonly deadLetters: DeadLetters;
  /** Resolves when the server answers; rejects with AppError DOWNSTREAM_SERVICE_ERROR otherwise. */
  checkReady(): Promise<void>;
  /**
   * Takes no more messages, waits for running handlers up to `drainTimeoutMs`, aborts the rest and
   * gives their messages back. Idempotent.
   */
  close(): Promise<void>;
}

export interface PublishOptions {
  /** What becomes of a message that no queue takes: an error (the default), or nothing. */
  readonly unroutable?: 'reject' | 'drop';
}

export interface QueueDeclaration {
  /** Named after who reads and why, such as `payments.refunds`. */
  readonly queue: string;
  /** Topic names or patterns: `order.paid`, `order.*`, `order.#`. */
  readonly types: readonly string[];
}

export interface Delivery {
  /** 1 the first time, one more after each failure; a replay starts at 1 again. */
  readonly attempt: number;
  /** Aborted at the handler's deadline and when the bus has to stop. */
  readonly signal: AbortSignal;
}

/** Resolves when the message is dealt with. A rejection is a failed attempt. */
export type MessageHandler = (message: Message, delivery: Delivery) => Promise<void>;

export interface ConsumeOptions extends QueueDeclaration {
  readonly handler: MessageHandler;
  /** Messages handled at once by this consumer. Default 10. */
  readonly prefetchMax?: number;
  /** How long one attempt may take. Default 30,000, at most 900,000. */
  readonly handlerTimeoutMs?: number;
  /** Pauses before the second, third ... attempt; then it is a dead letter. Default 1 to 16 s. */
  readonly retryDelaysMs?: readonly number[];
}

export interface Consumer {
  /** As the bus's `close`, for this consumer alone. */
  close(): Promise<void>;
}

/** A message that failed for good, with the reason. Kept for `deadLetterRetentionMs`. */
export interface DeadLetter {
  readonly queue: string;
  readonly message: Message;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  /** For the next page; undefined on the last. */
  readonly after: string | undefined;
}

/** For an operator. All reject with BAD_USER_INPUT for a queue that does not exist. */
export interface DeadLetters {
  /** Oldest first; `limit` is 50 by default and at most 500. */
  list(page: { queue: string; after?: string; limit?: number }): Promise<DeadLetterPage>;
  /** Puts them back into their queue alone, as a first attempt; resolves to how many. */
  replay(selection: DeadLetterSelection): Promise<number>;
  /** Forgets them; resolves to how many. */
  discard(selection: DeadLetterSelection): Promise<number>;
}

export interface DeadLetterSelection {
  readonly queue: string;
  /** Ids of messages; `all` is what is there when the call starts. */
  readonly ids: readonly string[] | 'all';
}

/** What the bus writes its doings to. */
export type BusLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export interface MessageBusOptions {
  readonly log: BusLog;
  /** Prefix of all names on a RabbitMQ server. Default `plaza`. */
  readonly namespace?: string;
  /** How long opening may wait for the server. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long a publish may wait for the server. Default 10,000. */
  readonly publishTimeoutMs?: number;
  /** How long `close` waits for running handlers. Default 10,000. */
  readonly drainTimeoutMs?: number;
  /**
   * Deliveries of one message that end without an answer, because the process died or lost the
   * server: then it is taken for one that kills its consumer and becomes a dead letter. Default 20.
   * The same in all processes of one bus.
   */
  readonly unansweredDeliveriesMax?: number;
  /** How often PostgreSQL is asked for messages when nothing wakes the consumer. Default 1,000. */
  readonly pollIntervalMs?: number;
  /** How often PostgreSQL is searched for messages of dead consumers. Default 5,000, at least 1,000. */
  readonly superviseIntervalMs?: number;
}

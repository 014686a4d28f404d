import type { PubSub } from '@plaza/pub-sub/pub-sub';
import { AppError } from '@plaza/schema/errors';
import type { EventPayloads, EventType } from '@plaza/schema/events';
import { cacheInvalidationTopic } from '@plaza/schema/topics';
import type { Logger } from 'pino';
import { createMessage, type Message } from '../message-bus/message.ts';
import { saveToOutbox } from '../message-bus/outbox/save-to-outbox.ts';
import type { SqlTransaction } from '../message-bus/outbox/sql-transaction.ts';
import type { OutdatedThing } from './outdated-answers.ts';
import { OutdatedAnswers, toAnnouncements } from './outdated-answers.ts';

/** How long a transaction may wait for a connection. */
const connectionWaitMs = 5_000;
/** How long a transaction may take. */
const transactionTimeoutMs = 15_000;
/** Runs of one transaction that meets deadlocks or write conflicts. */
const runsMax = 5;
/** Announcements that one transaction may make. */
const announcementsMax = 1_000;

/** A client of Prisma, as far as transactions go. */
export interface TransactionalClient<Tx extends SqlTransaction> {
  $transaction<T>(
    work: (tx: Tx) => Promise<T>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<T>;
}

/** One transaction under way, and what follows from it when it commits. */
export interface UnitOfWork<Tx extends SqlTransaction> {
  readonly tx: Tx;
  /** Publishes a message to the other subgraphs, if and only if the transaction commits. */
  send<Type extends EventType>(type: Type, payload: EventPayloads[Type]): void;
  /** Tells whoever listens now, after the commit; may be lost. */
  announce(topic: string, payload: object | null): void;
  /**
   * Says that what gateways may have kept of these is out of date: on the bus after the commit, and in
   * the answer to the request (`answeringTo`). What is lost of it lasts for `maxAge`.
   */
  outdate(...things: readonly OutdatedThing[]): void;
  /** Called after the commit; must not throw. */
  afterCommit(act: () => void): void;
}

export interface WorkOrigin {
  /** The message that is being handled. */
  readonly causedBy?: Message;
  /** The journey that the work belongs to, where no message is being handled. */
  readonly correlationId?: string | null;
}

export interface TransactionsOptions<Tx extends SqlTransaction> {
  readonly prisma: TransactionalClient<Tx>;
  /** The subgraph that sends the messages. */
  readonly source: string;
  readonly pubSub: PubSub;
  readonly log: Logger;
  /** What the answer to a request says is out of date. */
  readonly outdated?: OutdatedAnswers;
}

/** Ends a transaction without a trace and carries the answer out of it. */
class Undone<Answer> extends AppError {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('INTERNAL_SERVER_ERROR', 'A transaction was undone on purpose');
    this.answer = answer;
  }
}

/** Runs work in transactions whose messages and announcements leave only if they commit. */
export class Transactions<Tx extends SqlTransaction> {
  readonly #options: TransactionsOptions<Tx>;

  constructor(options: TransactionsOptions<Tx>) {
    this.#options = options;
  }

  /** The same for one request, whose answer says what its work has put out of date. */
  answeringTo({ outdated }: { readonly outdated: OutdatedAnswers }): Transactions<Tx> {
    return new Transactions({ ...this.#options, outdated });
  }

  /**
   * Commits what the work did, with its messages, or nothing. Runs it again when the database ends it
   * for a deadlock or a write conflict, so the work must have no effect of its own outside.
   */
  async run<T>(work: (unit: UnitOfWork<Tx>) => Promise<T>, origin: WorkOrigin = {}): Promise<T> {
    for (let run = 1; ; run += 1) {
      const unit = new Unit<Tx>(this.#options.source, origin);
      try {
        const result = await this.#options.prisma.$transaction(
          async (tx) => {
            const done = await work(unit.within(tx));
            await saveToOutbox(tx, unit.messages);
            return done;
          },
          { maxWait: connectionWaitMs, timeout: transactionTimeoutMs },
        );
        this.#follow(unit);
        return result;
      } catch (error) {
        if (run >= runsMax || !isConflict(error)) throw error;
        this.#options.log.debug({ err: error, run }, 'transaction runs again');
      }
    }
  }

  /**
   * As `run`, for work that may find out halfway that it has to leave nothing behind: `undo(answer)`
   * rolls back what it did and makes the answer the result.
   */
  async runUndoable<Done, Answer>(
    work: (unit: UnitOfWork<Tx>, undo: (answer: Answer) => never) => Promise<Done>,
    origin: WorkOrigin = {},
  ): Promise<Done | Answer> {
    const undo = (answer: Answer): never => {
      throw new Undone(answer);
    };
    try {
      return await this.run((unit) => work(unit, undo), origin);
    } catch (error) {
      if (error instanceof Undone) return error.answer as Answer;
      throw error;
    }
  }

  /** Nobody waits for announcements: what they tell of has happened already. */
  #follow(unit: Unit<Tx>): void {
    for (const act of unit.followers) act();
    this.#options.outdated?.include(unit.outdated);
    // First, so that whoever asks again because of another announcement gets no old answer.
    for (const announcement of toAnnouncements(unit.outdated.toInvalidations())) {
      this.#publish(cacheInvalidationTopic, announcement);
    }
    for (const { topic, payload } of unit.announcements) this.#publish(topic, payload);
  }

  #publish(topic: string, payload: object | null): void {
    this.#options.pubSub.publish(topic, payload).catch((error: unknown) => {
      this.#options.log.warn({ err: error, topic }, 'announcement lost');
    });
  }
}

class Unit<Tx extends SqlTransaction> {
  readonly messages: Message[] = [];
  readonly announcements: { readonly topic: string; readonly payload: object | null }[] = [];
  readonly followers: (() => void)[] = [];
  readonly outdated: OutdatedAnswers;
  readonly #source: string;
  readonly #origin: WorkOrigin;

  constructor(source: string, origin: WorkOrigin) {
    this.#source = source;
    this.#origin = origin;
    this.outdated = new OutdatedAnswers(source);
  }

  within(tx: Tx): UnitOfWork<Tx> {
    return {
      tx,
      send: (type, payload) => void this.messages.push(this.#toMessage(type, payload)),
      announce: (topic, payload) => {
        if (this.announcements.length < announcementsMax)
          this.announcements.push({ topic, payload });
      },
      outdate: (...things) => this.outdated.add(things),
      afterCommit: (act) => void this.followers.push(act),
    };
  }

  #toMessage(type: EventType, payload: object): Message {
    const { causedBy, correlationId } = this.#origin;
    const draft = { type, payload, source: this.#source };
    const message = createMessage(causedBy === undefined ? draft : { ...draft, causedBy });
    return correlationId == null ? message : { ...message, correlationId };
  }
}

/** Deadlock or serialization failure, of Prisma's own statements and of raw ones. */
function isConflict(error: unknown): boolean {
  const { code, meta } = error as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { kind?: unknown } } };
  };
  return code === 'P2034' || meta?.driverAdapterError?.cause?.kind === 'TransactionWriteConflict';
}

import type { EventPayloads, EventType } from '@plaza/schema/events';
import type { Message } from '../message-bus/message.ts';
import type { ConsumeOptions, Delivery } from '../message-bus/message-bus.ts';
import { runOnce } from '../message-bus/outbox/run-once.ts';
import type { SqlTransaction } from '../message-bus/outbox/sql-transaction.ts';
import { PermanentFailure } from '../message-bus/permanent-failure.ts';
import type { SubgraphConsumer } from './messaging.ts';
import type { Transactions, UnitOfWork } from './transactions.ts';

export interface HandledMessage<Type extends EventType> {
  readonly message: Message;
  readonly payload: EventPayloads[Type];
  readonly delivery: Delivery;
}

/** Runs inside the transaction of the inbox: a message is handled once, or not at all. */
export type EventHandler<Type extends EventType, Tx extends SqlTransaction> = (
  handled: HandledMessage<Type>,
  work: UnitOfWork<Tx>,
) => Promise<void>;

export type EventHandlers<Tx extends SqlTransaction> = {
  readonly [Type in EventType]?: EventHandler<Type, Tx>;
};

export interface ConsumerOptions<Tx extends SqlTransaction>
  extends Pick<ConsumeOptions, 'queue' | 'prefetchMax' | 'handlerTimeoutMs' | 'retryDelaysMs'> {
  readonly transactions: Transactions<Tx>;
  /** One for each type that the queue takes. */
  readonly handlers: EventHandlers<Tx>;
}

/** Newest schema version of a payload that this code can read. */
const schemaVersionMax = 1;

/**
 * A consumer whose handlers do their work once per message, however often it is delivered. What a
 * handler sends carries on the correlation of the message. A handler that throws is tried again by the
 * bus; PermanentFailure makes the message a dead letter at once.
 */
export function createConsumer<Tx extends SqlTransaction>(
  options: ConsumerOptions<Tx>,
): SubgraphConsumer {
  const { transactions, handlers, ...consume } = options;
  const { queue } = consume;
  return {
    ...consume,
    types: Object.keys(handlers),
    handler: async (message, delivery) => {
      if (message.schemaVersion > schemaVersionMax) {
        throw new PermanentFailure(`${message.type} version ${message.schemaVersion} is too new`);
      }
      const handle = handlers[message.type as EventType] as EventHandler<EventType, Tx> | undefined;
      if (handle === undefined) throw new PermanentFailure(`${queue} has no handler for this type`);
      const handled = { message, delivery, payload: message.payload as never };
      await transactions.run(
        (work) => runOnce(work.tx, { messageId: message.id, queue }, () => handle(handled, work)),
        { causedBy: message },
      );
    },
  };
}

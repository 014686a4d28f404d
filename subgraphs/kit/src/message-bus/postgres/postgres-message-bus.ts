import { PostgresListener } from '@plaza/pub-sub/postgres/postgres-listener';
import { closedError, retryWhileBusAway } from '../deadline.ts';
import { encodeMessage, type Message } from '../message.ts';
import type {
  ConsumeOptions,
  Consumer,
  DeadLetters,
  MessageBus,
  PublishOptions,
  QueueDeclaration,
} from '../message-bus.ts';
import {
  publishMessagesMax,
  type ResolvedBusOptions,
  requireBetween,
  resolveConsumeOptions,
} from '../message-bus-limits.ts';
import { UnroutableMessages } from '../unroutable-messages.ts';
import { PostgresConsumer } from './postgres-consumer.ts';
import { PostgresDeadLetters } from './postgres-dead-letters.ts';
import { declareQueue, storeMessages, unbindQueue, wakeChannel } from './postgres-queues.ts';
import { openPostgresStore, type PostgresStore } from './postgres-store.ts';

/** The bus in a PostgreSQL database of its own: pg-boss keeps queues, claims and dead letters. */
export class PostgresMessageBus implements MessageBus {
  readonly deadLetters: DeadLetters;
  readonly #store: PostgresStore;
  readonly #listener: PostgresListener;
  readonly #options: ResolvedBusOptions;
  readonly #consumers = new Set<PostgresConsumer>();
  #closing: Promise<void> | undefined;

  private constructor(
    parts: { store: PostgresStore; listener: PostgresListener },
    options: ResolvedBusOptions,
  ) {
    this.#store = parts.store;
    this.#listener = parts.listener;
    this.#options = options;
    this.deadLetters = new PostgresDeadLetters(parts.store);
  }

  static async open(url: string, options: ResolvedBusOptions): Promise<PostgresMessageBus> {
    const store = await openPostgresStore(url, options);
    const { log } = options;
    const listener = await PostgresListener.open({
      url,
      applicationName: 'plaza-message-bus-wake',
      log,
    });
    const bus = new PostgresMessageBus({ store, listener }, options);
    await listener.listen(wakeChannel, {
      onNotification: (queue) => bus.#wake((consumer) => consumer.queue === queue),
      onGap: () => bus.#wake(() => true),
    });
    return bus;
  }

  async publish(messages: readonly Message[], options: PublishOptions = {}): Promise<void> {
    requireBetween('messages', messages.length, { min: 0, max: publishMessagesMax });
    if (this.#closing !== undefined) throw closedError();
    if (messages.length === 0) return;
    for (const message of messages) encodeMessage(message);
    const patience = { timeoutMs: this.#options.publishTimeoutMs, purpose: 'take a message' };
    const unrouted = await retryWhileBusAway(patience, () => storeMessages(this.#store, messages));
    if (unrouted.length > 0 && options.unroutable !== 'drop')
      throw new UnroutableMessages(unrouted);
  }

  declareQueue(queue: QueueDeclaration): Promise<void> {
    return declareQueue(this.#store, queue);
  }

  unbindQueue(queue: QueueDeclaration): Promise<void> {
    return unbindQueue(this.#store, queue);
  }

  async consume(consume: ConsumeOptions): Promise<Consumer> {
    if (this.#closing !== undefined) throw closedError();
    const options = resolveConsumeOptions(consume);
    await declareQueue(this.#store, options);
    const consumer = new PostgresConsumer({ store: this.#store, bus: this.#options, options });
    this.#consumers.add(consumer);
    return consumer;
  }

  checkReady(): Promise<void> {
    const patience = { timeoutMs: this.#options.connectTimeoutMs, purpose: 'answer' };
    return retryWhileBusAway(patience, async () => void (await this.#store.pool.query('SELECT 1')));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await this.#listener.close();
    await this.#store.close();
  }

  #wake(isMeant: (consumer: PostgresConsumer) => boolean): void {
    for (const consumer of this.#consumers) if (isMeant(consumer)) consumer.wake();
  }
}

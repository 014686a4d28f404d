import { withinDeadline } from '@plaza/pub-sub/deadline';
import { AppError } from '@plaza/schema/errors';
import { retryWhileBusAway } from '../deadline.ts';
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
import { RabbitConnection } from './rabbitmq-connection.ts';
import { RabbitConsumer } from './rabbitmq-consumer.ts';
import { RabbitDeadLetters } from './rabbitmq-dead-letters.ts';
import { RabbitPublisher } from './rabbitmq-publisher.ts';
import { declareQueue, RabbitNames } from './rabbitmq-topology.ts';

/** Messages of one call that wait for their confirms at once. */
const unconfirmedMax = 200;

/** The bus on RabbitMQ: a topic exchange, quorum queues, publisher confirms. */
export class RabbitMessageBus implements MessageBus {
  readonly deadLetters: DeadLetters;
  readonly #names: RabbitNames;
  readonly #connection: RabbitConnection;
  readonly #publisher: RabbitPublisher;
  readonly #options: ResolvedBusOptions;
  readonly #consumers = new Set<RabbitConsumer>();
  #closing: Promise<void> | undefined;

  private constructor(
    parts: { connection: RabbitConnection; names: RabbitNames },
    options: ResolvedBusOptions,
  ) {
    this.#connection = parts.connection;
    this.#names = parts.names;
    this.#options = options;
    this.#publisher = new RabbitPublisher(parts.connection);
    this.deadLetters = new RabbitDeadLetters({
      ...parts,
      publisher: this.#publisher,
      bus: options,
    });
  }

  static async open(url: string, options: ResolvedBusOptions): Promise<RabbitMessageBus> {
    const names = new RabbitNames(options);
    const connection = await RabbitConnection.open(url, names, options);
    return new RabbitMessageBus({ connection, names }, options);
  }

  async publish(messages: readonly Message[], options: PublishOptions = {}): Promise<void> {
    requireBetween('messages', messages.length, { min: 0, max: publishMessagesMax });
    const texts = messages.map(encodeMessage);
    const unrouted: string[] = [];
    for (let start = 0; start < messages.length; start += unconfirmedMax) {
      const part = messages.slice(start, start + unconfirmedMax);
      const posts = part.map(async (message, index) => {
        if (!(await this.#post(message, texts[start + index] ?? ''))) unrouted.push(message.id);
      });
      await Promise.all(posts);
    }
    if (unrouted.length > 0 && options.unroutable !== 'drop')
      throw new UnroutableMessages(unrouted);
  }

  declareQueue(queue: QueueDeclaration): Promise<void> {
    return this.#whenConnected('declare a queue', () =>
      this.#connection.withChannel((channel) => declareQueue(channel, this.#names, queue)),
    );
  }

  unbindQueue({ queue, types }: QueueDeclaration): Promise<void> {
    const { events } = this.#names;
    const name = this.#names.queue(queue);
    return this.#whenConnected('unbind a queue', () =>
      this.#connection.withChannel(async (channel) => {
        for (const pattern of types) await channel.unbindQueue(name, events, pattern);
      }),
    );
  }

  async consume(consume: ConsumeOptions): Promise<Consumer> {
    const options = resolveConsumeOptions(consume);
    const consumer = new RabbitConsumer({
      connection: this.#connection,
      publisher: this.#publisher,
      names: this.#names,
      bus: this.#options,
      options,
    });
    this.#consumers.add(consumer);
    try {
      await this.#whenConnected('read a queue', () => this.#connection.attach(consumer));
    } catch (error) {
      await consumer.close();
      throw error;
    }
    return consumer;
  }

  async checkReady(): Promise<void> {
    const { connectTimeoutMs } = this.#options;
    await withinDeadline(
      this.#connection.publisher(),
      connectTimeoutMs,
      () => new AppError('DOWNSTREAM_SERVICE_ERROR', 'RabbitMQ does not answer'),
    );
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
    await this.#connection.close();
  }

  #post(message: Message, text: string): Promise<boolean> {
    const posting = { exchange: this.#names.events, routingKey: message.type, message, text };
    return this.#publisher.post(posting, this.#options.publishTimeoutMs);
  }

  #whenConnected<T>(purpose: string, work: () => Promise<T>): Promise<T> {
    return retryWhileBusAway({ timeoutMs: this.#options.connectTimeoutMs, purpose }, work);
  }
}

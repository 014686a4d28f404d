import type { Channel } from 'amqplib';
import type { QueueDeclaration } from '../message-bus.ts';
import { deadLetterRetentionMs, type ResolvedBusOptions } from '../message-bus-limits.ts';
import { requireQueueName, requireTopicPatterns } from '../topic-pattern.ts';

/**
 * Looking through dead letters delivers them and gives them back. RabbitMQ 4 drops what was given
 * back 20 times unless the queue says otherwise.
 */
const deadLetterReadsMax = 1_000_000;

/** Stored on a majority of the cluster's nodes before it is confirmed. */
const quorum = { 'x-queue-type': 'quorum' };

/** A queue that hands each message on when it has waited, and loses none on the way. */
const handsOn = {
  ...quorum,
  'x-dead-letter-exchange': '',
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish', // at-least-once requires it
};

/** The names of everything that the bus has on the server, and what they have in common. */
export class RabbitNames {
  readonly unansweredDeliveriesMax: number;
  readonly #namespace: string;

  constructor(options: Pick<ResolvedBusOptions, 'namespace' | 'unansweredDeliveriesMax'>) {
    this.#namespace = options.namespace;
    this.unansweredDeliveriesMax = options.unansweredDeliveriesMax;
  }

  /** Topic exchange that all messages are published to. */
  get events(): string {
    return `${this.#namespace}.events`;
  }

  queue(queue: string): string {
    return `${this.#namespace}.${queue}`;
  }

  dead(queue: string): string {
    return `${this.#namespace}.${queue}.dead`;
  }

  /** Held while somebody looks through the dead letters of a queue. */
  deadLock(queue: string): string {
    return `${this.#namespace}.${queue}.dead.lock`;
  }

  /** Exchange and queue of one pause; shared by all queues of the bus. */
  delay(delayMs: number): string {
    return `${this.#namespace}.delay.${delayMs}`;
  }
}

export async function declareEvents(channel: Channel, names: RabbitNames): Promise<void> {
  await channel.assertExchange(names.events, 'topic', { durable: true });
}

/** Queue, dead letters and bindings. Idempotent. */
export async function declareQueue(
  channel: Channel,
  names: RabbitNames,
  { queue, types }: QueueDeclaration,
): Promise<void> {
  requireQueueName(queue);
  requireTopicPatterns(types);
  await declareEvents(channel, names);
  await channel.assertQueue(names.dead(queue), {
    durable: true,
    arguments: {
      ...quorum,
      'x-message-ttl': deadLetterRetentionMs,
      'x-delivery-limit': deadLetterReadsMax,
    },
  });
  await channel.assertQueue(names.queue(queue), {
    durable: true,
    arguments: {
      ...handsOn,
      'x-dead-letter-routing-key': names.dead(queue),
      'x-delivery-limit': names.unansweredDeliveriesMax - 1, // counts those after the first
    },
  });
  for (const pattern of types) {
    await channel.bindQueue(names.queue(queue), names.events, pattern);
  }
}

/**
 * For each pause an exchange that puts everything into one queue. When its time is over a message
 * leaves by the default exchange with the routing key that it came with, the name of its queue.
 */
export async function declareDelays(
  channel: Channel,
  names: RabbitNames,
  delaysMs: readonly number[],
): Promise<void> {
  for (const delayMs of new Set(delaysMs)) {
    const name = names.delay(delayMs);
    await channel.assertExchange(name, 'fanout', { durable: true });
    await channel.assertQueue(name, {
      durable: true,
      arguments: { ...handsOn, 'x-message-ttl': delayMs },
    });
    await channel.bindQueue(name, name, '');
  }
}

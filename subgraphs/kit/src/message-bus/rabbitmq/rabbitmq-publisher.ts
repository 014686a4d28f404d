import type { ConfirmChannel, Message as RabbitMessage } from 'amqplib';
import { retryWhileBusAway } from '../deadline.ts';
import type { Message } from '../message.ts';
import type { RabbitConnection } from './rabbitmq-connection.ts';

/** Carries the number that a returned message is recognised by. */
const sequenceHeader = 'x-plaza-sequence';

/** Where one message goes, and what goes along. */
export interface Posting {
  /** '' is the default exchange, whose routing keys are names of queues. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly message: Message;
  /** JSON of the message. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** Publishes with confirms, and again on the next connection while there is time. */
export class RabbitPublisher {
  readonly #connection: RabbitConnection;
  /** Messages that came back, until their confirm follows. */
  readonly #returned = new Set<number>();
  readonly #watched = new WeakSet<ConfirmChannel>();
  #sequence = 0;

  constructor(connection: RabbitConnection) {
    this.#connection = connection;
  }

  /**
   * Resolves when the server has stored the message on disk of a majority: true if some queue took
   * it. Rejects with DOWNSTREAM_SERVICE_ERROR after `timeoutMs`.
   */
  post(posting: Posting, timeoutMs: number): Promise<boolean> {
    return retryWhileBusAway({ timeoutMs, purpose: 'take a message' }, async () => {
      const channel = await this.#connection.publisher();
      return this.#postOn(channel, posting);
    });
  }

  #postOn(channel: ConfirmChannel, posting: Posting): Promise<boolean> {
    this.#watch(channel);
    this.#sequence += 1;
    const sequence = this.#sequence;
    const { message, headers } = posting;
    return new Promise((resolve, reject) => {
      channel.publish(
        posting.exchange,
        posting.routingKey,
        Buffer.from(posting.text),
        {
          persistent: true,
          mandatory: true,
          contentType: 'application/json',
          messageId: message.id,
          type: message.type,
          appId: message.source,
          correlationId: message.correlationId,
          headers: { ...headers, [sequenceHeader]: sequence },
        },
        (error) => {
          const wasReturned = this.#returned.delete(sequence);
          if (error) reject(error);
          else resolve(!wasReturned);
        },
      );
    });
  }

  /** The server sends a message back before it confirms it (AMQP 0-9-1, basic.return). */
  #watch(channel: ConfirmChannel): void {
    if (this.#watched.has(channel)) return;
    this.#watched.add(channel);
    channel.on('return', ({ properties }: RabbitMessage) => {
      const sequence: unknown = properties.headers?.[sequenceHeader];
      if (typeof sequence === 'number') this.#returned.add(sequence);
    });
  }
}

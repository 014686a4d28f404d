import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { handleDelivery, type Outcome } from '../handle-delivery.ts';
import { encodeMessage, type Message } from '../message.ts';
import type { Consumer } from '../message-bus.ts';
import type { ResolvedBusOptions, ResolvedConsumeOptions } from '../message-bus-limits.ts';
import { RunningHandlers } from '../running-handlers.ts';
import type { Attached, RabbitConnection } from './rabbitmq-connection.ts';
import {
  attemptHeader,
  readAttempt,
  readMessage,
  toDeathHeaders,
  wrapUnreadable,
} from './rabbitmq-delivery.ts';
import type { Posting, RabbitPublisher } from './rabbitmq-publisher.ts';
import { declareDelays, declareQueue, type RabbitNames } from './rabbitmq-topology.ts';

export interface RabbitConsumerParts {
  readonly connection: RabbitConnection;
  readonly publisher: RabbitPublisher;
  readonly names: RabbitNames;
  readonly bus: ResolvedBusOptions;
  readonly options: ResolvedConsumeOptions;
}

interface Received {
  readonly channel: Channel;
  readonly delivery: ConsumeMessage;
}

/** Reads one queue on a channel of its own, which every new connection makes again. */
export class RabbitConsumer implements Consumer, Attached {
  readonly #parts: RabbitConsumerParts;
  readonly #running = new RunningHandlers();
  #channel: Channel | undefined;
  #consumerTag = '';
  #stop: Promise<void> | undefined;

  constructor(parts: RabbitConsumerParts) {
    this.#parts = parts;
  }

  async attach(model: ChannelModel): Promise<void> {
    const { names, options, connection, bus } = this.#parts;
    const former = this.#channel;
    this.#channel = undefined;
    await former?.close().catch(() => undefined); // closed with its connection, as a rule
    const channel = await model.createChannel();
    channel.on('error', (error) => bus.log.warn({ err: error }, 'consuming channel closed'));
    await declareQueue(channel, names, options);
    await declareDelays(channel, names, options.retryDelaysMs);
    await channel.prefetch(options.prefetchMax);
    const { consumerTag } = await channel.consume(names.queue(options.queue), (delivery) => {
      // Null is the server's word that the queue is gone: it is declared again.
      if (delivery === null) connection.restart(model);
      else this.#running.add(this.#handle({ channel, delivery }));
    });
    channel.once('close', () => {
      if (this.#channel === channel) connection.restart(model);
    });
    this.#channel = channel;
    this.#consumerTag = consumerTag;
  }

  close(): Promise<void> {
    this.#stop ??= this.#drain();
    return this.#stop;
  }

  async #drain(): Promise<void> {
    this.#parts.connection.detach(this);
    const channel = this.#channel;
    await channel?.cancel(this.#consumerTag).catch(() => undefined); // the connection may be gone
    await this.#running.drain(this.#parts.bus.drainTimeoutMs);
    this.#channel = undefined;
    await channel?.close().catch(() => undefined); // gives back what nobody answered for
  }

  /** Never rejects. */
  async #handle(received: Received): Promise<void> {
    const { options, bus } = this.#parts;
    const { delivery } = received;
    const message = readMessage(delivery);
    const attempt = readAttempt(delivery);
    const outcome: Outcome =
      message instanceof Error
        ? { kind: 'dead', reason: message.message }
        : await handleDelivery({ message, attempt, closing: this.#running.closing }, options);
    const readable = message instanceof Error ? wrapUnreadable(delivery) : message;
    const fields = { queue: options.queue, messageId: readable.id, attempt, outcome };
    if (outcome.kind === 'retry') bus.log.info(fields, 'message failed');
    if (outcome.kind === 'dead') bus.log.error(fields, 'message became a dead letter');
    try {
      await this.#settle(received, { message: readable, attempt, outcome });
    } catch (error) {
      bus.log.warn({ ...fields, err: error }, 'message will be delivered again');
      giveBack(received);
    }
  }

  /** The next form of the message is stored before this one is taken off: never neither. */
  async #settle(
    { channel, delivery }: Received,
    result: { message: Message; attempt: number; outcome: Outcome },
  ): Promise<void> {
    const { outcome } = result;
    if (outcome.kind === 'interrupted') {
      channel.nack(delivery, false, true);
      return;
    }
    const posting = outcome.kind === 'done' ? undefined : this.#nextForm({ ...result, outcome });
    if (posting !== undefined) {
      const { publisher, bus } = this.#parts;
      const isTaken = await publisher.post(posting, bus.publishTimeoutMs);
      if (!isTaken) throw new Error(`${posting.exchange} ${posting.routingKey} takes no message`);
    }
    channel.ack(delivery);
  }

  #nextForm(result: {
    message: Message;
    attempt: number;
    outcome: Extract<Outcome, { kind: 'retry' | 'dead' }>;
  }): Posting {
    const { names, options } = this.#parts;
    const { message, attempt, outcome } = result;
    const body = { message, text: encodeMessage(message) };
    if (outcome.kind === 'retry') {
      const exchange = names.delay(outcome.delayMs);
      const headers = { [attemptHeader]: attempt + 1 };
      return { ...body, exchange, routingKey: names.queue(options.queue), headers };
    }
    const headers = toDeathHeaders({ reason: outcome.reason, attempts: attempt });
    return { ...body, exchange: '', routingKey: names.dead(options.queue), headers };
  }
}

function giveBack({ channel, delivery }: Received): void {
  try {
    channel.nack(delivery, false, true);
  } catch {
    // The channel is closed, and with that the server has the message back.
  }
}

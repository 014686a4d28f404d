import { withinDeadline } from '@plaza/pub-sub/deadline';
import { AppError } from '@plaza/schema/errors';
import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect,
  type RecoveringChannelModel,
} from 'amqplib';
import { closedError } from '../deadline.ts';
import type { ResolvedBusOptions } from '../message-bus-limits.ts';
import { declareEvents, type RabbitNames } from './rabbitmq-topology.ts';

/** Seconds between heartbeats; two missed ones end the connection. */
const heartbeatSeconds = 10;
/** Pauses between attempts to connect again. */
const reconnect = { initialDelay: 100, maxDelay: 5_000 };

/** Something that lives on a connection and is made again on the next one. */
export interface Attached {
  attach(model: ChannelModel): Promise<void>;
}

/**
 * The connection to RabbitMQ: reconnects with back-off, makes the publishing channel and everything
 * that is attached again, and is ready only then.
 */
export class RabbitConnection {
  readonly #names: RabbitNames;
  readonly #options: ResolvedBusOptions;
  readonly #attached = new Set<Attached>();
  #recovering: RecoveringChannelModel | undefined;
  #model: ChannelModel | undefined;
  #publisher = Promise.withResolvers<ConfirmChannel>();
  #isClosed = false;

  private constructor(names: RabbitNames, options: ResolvedBusOptions) {
    this.#names = names;
    this.#options = options;
  }

  /** Rejects with DOWNSTREAM_SERVICE_ERROR when there is no server within `connectTimeoutMs`. */
  static async open(
    url: string,
    names: RabbitNames,
    options: ResolvedBusOptions,
  ): Promise<RabbitConnection> {
    const connection = new RabbitConnection(names, options);
    await connection.#open(url);
    return connection;
  }

  /** The channel to publish on, as soon as there is a connection. */
  publisher(): Promise<ConfirmChannel> {
    if (this.#isClosed) return Promise.reject(closedError());
    return this.#publisher.promise;
  }

  /** Attaches now and after every reconnect. Rejects, attached to nothing, when it fails now. */
  async attach(attached: Attached): Promise<void> {
    await this.publisher();
    if (this.#model === undefined) return this.attach(attached);
    this.#attached.add(attached);
    try {
      await attached.attach(this.#model);
    } catch (error) {
      this.#attached.delete(attached);
      throw error;
    }
  }

  detach(attached: Attached): void {
    this.#attached.delete(attached);
  }

  /** Runs the work on a channel of its own, so that an error there closes nothing else. */
  async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    await this.publisher();
    if (this.#model === undefined) return this.withChannel(work);
    const channel = await this.#model.createChannel();
    channel.on('error', (error) => this.#options.log.debug({ err: error }, 'channel closed'));
    try {
      return await work(channel);
    } finally {
      await channel.close().catch(() => undefined); // closed already after an error
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#publisher.promise.catch(() => undefined);
    this.#publisher.reject(closedError());
    await this.#recovering?.close();
  }

  async #open(url: string): Promise<void> {
    const { log, connectTimeoutMs } = this.#options;
    const address = new URL(url);
    if (!address.searchParams.has('heartbeat')) {
      address.searchParams.set('heartbeat', String(heartbeatSeconds));
    }
    const recovering = await connect(address.href, {
      timeout: connectTimeoutMs,
      noDelay: true,
      clientProperties: { connection_name: 'plaza-message-bus' },
      recovery: {
        ...reconnect,
        waitForConnect: false,
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    });
    this.#recovering = recovering;
    recovering.on('error', (error) => log.debug({ err: error }, 'message bus connection failed'));
    recovering.on('disconnect', (error) => this.#lose(error));
    recovering.on('connect-failed', (error) => log.warn({ err: error }, 'message bus is away'));
    try {
      await withinDeadline(recovering.waitForConnect(), connectTimeoutMs, () => new Error('late'));
    } catch (error) {
      await this.close();
      throw new AppError(
        'DOWNSTREAM_SERVICE_ERROR',
        `RabbitMQ at ${address.host} did not answer within ${connectTimeoutMs} ms: check that it ` +
          'runs and that user, password and virtual host are right',
        { cause: error },
      );
    }
  }

  async #setUp(model: ChannelModel): Promise<void> {
    const { log } = this.#options;
    model.on('error', (error) => log.debug({ err: error }, 'message bus connection failed'));
    const channel = await model.createConfirmChannel();
    channel.on('error', (error) => log.warn({ err: error }, 'publishing channel closed'));
    channel.once('close', () => this.restart(model));
    await declareEvents(channel, this.#names);
    for (const attached of this.#attached) await attached.attach(model);
    this.#model = model;
    this.#publisher.resolve(channel);
  }

  /** A connection without one of its channels is no use: the next one has them all. */
  restart(model: ChannelModel): void {
    if (this.#isClosed || this.#model !== model) return;
    this.#lose(new Error('a channel was closed'));
    model.close().catch(() => undefined);
  }

  #lose(error: Error): void {
    if (this.#isClosed || this.#model === undefined) return;
    this.#options.log.warn({ err: error }, 'message bus lost its server');
    this.#model = undefined;
    this.#publisher = Promise.withResolvers();
  }
}

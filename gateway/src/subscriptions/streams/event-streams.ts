import type { Server } from 'node:http';
import { AppError, errorStatus } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import type { Gateway, OperationOutcome } from '../../gateway.ts';
import { statusFor } from '../../graphql-errors.ts';
import type { OperationRequest } from '../../operation-request.ts';
import { ClientCounts } from '../client-counts.ts';
import { drainClients } from '../drain-clients.ts';
import { wantsGaps } from '../paced-subscriber.ts';
import type { SubscriberIdentity, Subscription } from '../subscriber.ts';
import type { StreamedResponse } from './event-stream.ts';
import { checkIntervalMs, EventStream, openStream } from './event-stream.ts';

/** An HTTP exchange whose client reads streams. */
export interface StreamExchange extends StreamedResponse {
  /** Of the client. */
  readonly address: string;
  /** Whether the client reads an answer that is no stream. */
  readonly isJsonAccepted: boolean;
}

/** The streams of one server, over which clients follow subscriptions without a WebSocket. */
export class EventStreams {
  readonly #gateway: Gateway;
  readonly #config: Config;
  readonly #streams = new Set<EventStream>();
  readonly #addresses: ClientCounts;
  readonly #viewers: ClientCounts;

  constructor(server: Server, gateway: Gateway, config: Config) {
    this.#gateway = gateway;
    this.#config = config;
    this.#addresses = new ClientCounts(config.subscriptions.streamsPerClientMax);
    this.#viewers = new ClientCounts(config.subscriptions.streamsPerClientMax);
    const timer = setInterval(() => {
      for (const stream of this.#streams) stream.check();
    }, checkIntervalMs).unref();
    server.on('close', () => clearInterval(timer));
  }

  /**
   * Runs an operation that may be a subscription. Its answer, if the client can read it as JSON or it
   * is an error of the request; undefined when it goes into a stream instead.
   */
  async run(
    operation: OperationRequest,
    exchange: StreamExchange,
  ): Promise<OperationOutcome | undefined> {
    const created: { stream?: EventStream } = {};
    const outcome = await this.#gateway.runLive({
      ...operation,
      allowedTypes: [...operation.allowedTypes, 'subscription'],
      subscriberFor: (identity) => {
        created.stream = this.#create(identity, operation, exchange);
        return created.stream;
      },
    });
    if (outcome.kind === 'subscription') {
      if (created.stream !== undefined) this.#begin(created.stream, outcome.subscription, exchange);
      return undefined;
    }
    const isParted = outcome.payloads !== undefined;
    if (exchange.isJsonAccepted || isParted || !isToldInStream(outcome)) return outcome;
    outcome.logCompleted(200);
    openStream(exchange);
    const { next, complete } = exchange.format;
    exchange.response.end(Buffer.concat([next(outcome.body), Buffer.from(complete)]));
    return undefined;
  }

  /** Streams that are open. */
  get count(): number {
    return this.#streams.size;
  }

  /** Ends all streams with the advice to connect again; resolves when they are closed. */
  drain(): Promise<void> {
    return drainClients(this.#streams, this.#config.drainTimeoutMs);
  }

  /** Throws AppError SUPERGRAPH_UNAVAILABLE or RATE_LIMITED when there are too many streams. */
  #create(
    identity: SubscriberIdentity,
    { extensions }: OperationRequest,
    { response, headers, format, address }: StreamExchange,
  ): EventStream {
    const limits = this.#config.subscriptions;
    if (this.#streams.size >= limits.streamsMax) {
      const message = `${limits.streamsMax} streams are open already (subscriptions.streamsMax)`;
      throw new AppError('SUPERGRAPH_UNAVAILABLE', message);
    }
    const leave = this.#enter(address, identity.viewer?.id);
    response.once('close', leave);
    return new EventStream({
      response,
      headers,
      format,
      identity,
      limits,
      wantsGaps: wantsGaps(extensions),
    });
  }

  #begin(stream: EventStream, subscription: Subscription, { response }: StreamExchange): void {
    stream.begin(subscription);
    if (!stream.isOpen) return;
    this.#streams.add(stream);
    response.once('close', () => this.#streams.delete(stream));
  }

  /** Counts a stream of a client; returns what ends to count it. */
  #enter(address: string, viewerId: string | undefined): () => void {
    if (!this.#addresses.enter(address)) throw tooManyStreams();
    if (viewerId === undefined) return () => this.#addresses.leave(address);
    if (!this.#viewers.enter(viewerId)) {
      this.#addresses.leave(address);
      throw tooManyStreams();
    }
    return () => {
      this.#addresses.leave(address);
      this.#viewers.leave(viewerId);
    };
  }
}

function tooManyStreams(): AppError {
  return new AppError('RATE_LIMITED', 'Too many streams of one client are open');
}

/**
 * Errors of the operation come by the stream, where every client can read them: EventSource tells
 * nothing of an answer but 200. Those of HTTP, and what may pass with time, are HTTP's to tell.
 */
function isToldInStream({ code }: OperationOutcome): boolean {
  if (code === undefined) return true;
  return statusFor(code, 'application/json') === 200 && errorStatus[code] < 500;
}

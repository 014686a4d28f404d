import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import { AppError } from '@plaza/schema/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Config } from '../../config.ts';
import { toGraphQLErrors } from '../../graphql-errors.ts';
import type { DrainedClient } from '../drain-clients.ts';
import type { LiveEvent } from '../live-event.ts';
import { gapPayload, PacedSubscriber } from '../paced-subscriber.ts';
import type { SubscriberIdentity, Subscription } from '../subscriber.ts';
import type { StreamFormat } from './stream-format.ts';

/** Time between two calls of `EventStream.check`, and so how late a timeout may be noticed. */
export const checkIntervalMs = 250;

/** An HTTP answer whose body may be a stream. */
export interface StreamedResponse {
  readonly response: ServerResponse;
  /** Those that every answer of the server has. */
  readonly headers: Readonly<Record<string, OutgoingHttpHeader | undefined>>;
  readonly format: StreamFormat;
}

export interface EventStreamOptions extends StreamedResponse {
  readonly identity: SubscriberIdentity;
  readonly limits: Config['subscriptions'];
  readonly wantsGaps: boolean;
}

/** One client's subscription as the body of one HTTP answer. */
export class EventStream extends PacedSubscriber implements DrainedClient {
  readonly #options: EventStreamOptions;
  #subscription: Subscription | undefined;
  #isOver = false;
  /** Checks since something was written. */
  #quietChecks = 0;
  /** Checks since the client took anything of what waits for it. */
  #stuckChecks = 0;
  #waitingBytes = 0;

  constructor(options: EventStreamOptions) {
    super(options.wantsGaps);
    this.#options = options;
    options.response.on('drain', () => this.resume());
    options.response.once('close', () => this.#end());
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  get isAnswering(): boolean {
    return false;
  }

  /** Takes the subscription that has begun. */
  begin(subscription: Subscription): void {
    this.#subscription = subscription;
    if (this.#isOver) subscription.close();
    else this.#open();
  }

  complete(): void {
    this.#finish(this.#options.format.complete);
  }

  fail(errors: readonly GraphQLFormattedError[]): void {
    this.#finish(this.#options.format.failed(errors));
  }

  sendAway(): void {
    this.#finish(this.#options.format.sentAway);
  }

  terminate(): void {
    this.#options.response.destroy();
  }

  /** Looks at what is due; called every now and then, so that no stream has a timer of its own. */
  check(): void {
    const { limits, identity, format } = this.#options;
    this.#quietChecks += 1;
    if (this.#isStuck()) {
      this.terminate();
    } else if (this.isOpen && !identity.holds()) {
      const what =
        identity.viewer?.kind === 'partner' ? 'API key is no longer valid' : 'token has expired';
      const error = new AppError('UNAUTHENTICATED', `The ${what}`);
      this.fail(toGraphQLErrors([error], randomUUID()));
    } else if (this.#quietChecks * checkIntervalMs >= limits.heartbeatIntervalMs) {
      if (this.hasRoom()) this.#write(format.heartbeat);
    }
  }

  protected writeEvent(event: LiveEvent): void {
    this.#write(event.encode(this.#options.format.next));
  }

  protected writeGap(): void {
    this.#write(this.#options.format.next(Buffer.from(gapPayload)));
  }

  protected hasRoom(): boolean {
    const { response, limits } = this.#options;
    // Without the need there is no 'drain' to wait for.
    return !response.writableNeedDrain || response.writableLength <= limits.bufferedBytesMax;
  }

  protected giveUp(): void {
    this.terminate();
    this.#end();
  }

  /** True when the client has taken nothing for as long as a silent socket may live. */
  #isStuck(): boolean {
    const { response, limits } = this.#options;
    const isMoving = response.writableLength < this.#waitingBytes || response.writableLength === 0;
    this.#waitingBytes = response.writableLength;
    this.#stuckChecks = isMoving ? 0 : this.#stuckChecks + 1;
    return this.#stuckChecks * checkIntervalMs >= 2 * limits.pingIntervalMs;
  }

  #open(): void {
    if (!this.#options.response.headersSent) openStream(this.#options);
  }

  #write(chunk: string | Buffer): void {
    if (this.#isOver) return;
    this.#open();
    this.#quietChecks = 0;
    this.#options.response.write(chunk);
  }

  #finish(last: string | Buffer): void {
    if (this.#isOver) return;
    this.#open();
    this.#end();
    this.#options.response.end(last);
  }

  #end(): void {
    this.#isOver = true;
    this.#subscription?.close();
  }
}

/** Begins the body. */
export function openStream({ response, headers, format }: StreamedResponse): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(200, {
    'content-type': format.contentType,
    // Else nginx keeps events back until it has a buffer full.
    'x-accel-buffering': 'no',
    // A socket that stays open when its stream has ended would keep a drain waiting.
    connection: 'close',
  });
  response.write(format.opening);
}

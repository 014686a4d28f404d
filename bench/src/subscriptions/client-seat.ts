import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientTarget, LightClient } from './light-client.ts';
import { monotonicMs } from './monotonic-clock.ts';

/** What one client, or many, have seen. */
export interface SeatCounts {
  /** Events that the market has had and the client has not, yet. */
  readonly behind: number;
  /** Numbers that were left out before a later one came. */
  readonly lost: number;
  /** Numbers that came again. */
  readonly duplicated: number;
  /** Events that came with errors. */
  readonly errors: number;
  /** Clients without a connection. */
  readonly disconnected: number;
  /** Why one of them has none. */
  readonly lossReason: string | undefined;
}

const retryDelayMsMin = 100;
const retryDelayMsMax = 600;

/** One client of a crowd, over all its connections; it counts the numbers of its events. */
export class ClientSeat {
  readonly #target: ClientTarget;
  readonly #onDelivery: (latencyMs: number) => void;
  #client: LightClient | undefined;
  #lossReason: string | undefined;
  /** Of the latest event; undefined before the first of a connection. */
  #sequence: number | undefined;
  #lost = 0;
  #duplicated = 0;
  #errors = 0;
  #onServed: (() => void) | undefined;
  /** The first message with an event, as it came. */
  firstMessage: string | undefined;

  constructor(target: ClientTarget, onDelivery: (latencyMs: number) => void) {
    this.#target = target;
    this.#onDelivery = onDelivery;
  }

  get isServed(): boolean {
    return this.#sequence !== undefined;
  }

  /** Resolves when the subscription is sent; rejects when the connection is lost before. */
  connect(): Promise<void> {
    this.#sequence = undefined;
    this.#lossReason = undefined;
    return new Promise((resolve, reject) => {
      this.#client = new LightClient(this.#target, {
        onSubscribed: resolve,
        onEvent: (message) => this.#take(message),
        onLost: (reason) => {
          this.#client = undefined;
          this.#lossReason = reason;
          reject(new Error(reason));
        },
      });
    });
  }

  /** Tries until there is an event; resolves to the attempts that failed. */
  async connectUntilServed(): Promise<number> {
    for (let retries = 0; ; retries += 1) {
      try {
        await this.connect();
        await this.#served();
        return retries;
      } catch {
        await sleep(retryDelayMsMin + Math.random() * (retryDelayMsMax - retryDelayMsMin));
      }
    }
  }

  pause(): void {
    this.#client?.pause();
  }

  leave(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  /** `sequences` are the latest of each market. */
  count(sequences: readonly number[]): SeatCounts {
    const latest = sequences[this.#target.market] ?? 0;
    return {
      behind: Math.max(0, latest - (this.#sequence ?? 0)),
      lost: this.#lost,
      duplicated: this.#duplicated,
      errors: this.#errors,
      disconnected: this.#client === undefined ? 1 : 0,
      lossReason: this.#lossReason,
    };
  }

  forget(): void {
    this.#lost = 0;
    this.#duplicated = 0;
    this.#errors = 0;
  }

  #served(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isServed) resolve();
      else this.#onServed = resolve;
    });
  }

  #take(message: Buffer): void {
    const sequence = readNumber(message, '"sequence":');
    const latencyMs = monotonicMs() - readNumber(message, '"sentAtMs":');
    this.firstMessage ??= message.toString();
    if (message.includes('"errors":')) this.#errors += 1;
    if (this.#sequence !== undefined) {
      this.#lost += Math.max(0, sequence - this.#sequence - 1);
      this.#duplicated += sequence <= this.#sequence ? 1 : 0;
    }
    this.#sequence = Math.max(sequence, this.#sequence ?? 0);
    this.#onDelivery(latencyMs);
    this.#onServed?.();
    this.#onServed = undefined;
  }
}

const numberCharactersMax = 32;

/** The number after a mark; messages are not parsed, since that would cost more than all the rest. */
function readNumber(message: Buffer, mark: string): number {
  const start = message.indexOf(mark) + mark.length;
  return Number.parseFloat(message.toString('latin1', start, start + numberCharactersMax));
}

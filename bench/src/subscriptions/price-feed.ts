import { type BenchProcess, startProcess } from '../child-process.ts';
import type { PriceOrder, PriceReply } from './price-process.ts';

type Reply<Kind extends PriceReply['kind']> = Extract<PriceReply, { kind: Kind }>;

const replyTimeoutMs = 120_000;

/** The subgraph of prices, in a process of its own. */
export class PriceFeed implements AsyncDisposable {
  readonly url: string;
  readonly #process: BenchProcess;

  private constructor(process: BenchProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(): Promise<PriceFeed> {
    const child = startProcess(new URL('./price-process.js', import.meta.url), []);
    const { origin } = await child.ask<Reply<'listening'>>({
      kind: 'listening',
      timeoutMs: replyTimeoutMs,
    });
    return new PriceFeed(child, `${origin}/prices`);
  }

  /** Tells each of the first `markets` so many prices at once. */
  async emit(markets: number, { events = 1, noteCharacters = 0 } = {}): Promise<void> {
    await this.#ask<Reply<'emitted'>>({ kind: 'emit', markets, events, noteCharacters }, 'emitted');
  }

  /** From now on one market after the other has a price, until `stop`. */
  async flow(markets: number, eventsPerSecond: number): Promise<void> {
    await this.#ask<Reply<'flowing'>>({ kind: 'flow', markets, eventsPerSecond }, 'flowing');
  }

  stop(): Promise<Reply<'counts'>> {
    return this.#ask<Reply<'counts'>>({ kind: 'stop' }, 'counts');
  }

  counts(): Promise<Reply<'counts'>> {
    return this.#ask<Reply<'counts'>>({ kind: 'count' }, 'counts');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#process[Symbol.asyncDispose]());
  }

  #ask<Given extends PriceReply>(message: PriceOrder, kind: Given['kind']): Promise<Given> {
    return this.#process.ask<Given>({ kind, message, timeoutMs: replyTimeoutMs });
  }
}

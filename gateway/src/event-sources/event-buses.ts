import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { LazyPubSub } from './lazy-pub-sub.ts';

/** The buses on which subgraphs announce, by the names of the subgraphs. */
export class EventBuses implements AsyncDisposable {
  readonly #config: Pick<Config, 'pubSub' | 'subgraphs'>;
  readonly #logger: Logger;
  readonly #byUrl = new Map<string, LazyPubSub>();

  /** Tries the buses that the configuration names, so that the log tells of one that is away. */
  constructor(config: Pick<Config, 'pubSub' | 'subgraphs'>, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    const urls = [
      config.pubSub.url,
      ...Object.values(config.subgraphs).map((one) => one.pubSubUrl),
    ];
    for (const url of new Set(urls)) {
      if (url === undefined) continue;
      const warn = (error: unknown): void => logger.warn({ error }, 'event bus does not answer');
      this.#at(url).open().catch(warn);
    }
  }

  /** Undefined when nobody has said where the subgraph announces. */
  of(subgraph: string): LazyPubSub | undefined {
    const { pubSub, subgraphs } = this.#config;
    const own = Object.hasOwn(subgraphs, subgraph) ? subgraphs[subgraph]?.pubSubUrl : undefined;
    const url = own ?? pubSub.url;
    return url === undefined ? undefined : this.#at(url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#byUrl.values()].map((bus) => bus[Symbol.asyncDispose]()));
  }

  #at(url: string): LazyPubSub {
    const known = this.#byUrl.get(url);
    if (known !== undefined) return known;
    const bus = new LazyPubSub(url, this.#logger);
    this.#byUrl.set(url, bus);
    return bus;
  }
}

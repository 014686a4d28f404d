import { openPubSub } from '@plaza/pub-sub/open-pub-sub';
import type { PubSub, PubSubLog } from '@plaza/pub-sub/pub-sub';
import type { Logger } from '../telemetry/logger.ts';

/** How long opening, and listening to one topic more, may wait for the server. */
const timeoutMs = 5_000;

/** A bus of event sources, opened when first needed: the gateway serves without it. */
export class LazyPubSub implements AsyncDisposable {
  readonly #url: string;
  readonly #log: PubSubLog;
  #opening: Promise<PubSub> | undefined;

  constructor(url: string, logger: Logger) {
    this.#url = url;
    this.#log = toPubSubLog(logger);
  }

  /** Tells buses apart, the same in all processes; credentials are not in it. */
  get name(): string {
    const { protocol, host, pathname } = new URL(this.#url);
    return `${protocol}//${host}${pathname}`;
  }

  /** Rejects with AppError DOWNSTREAM_SERVICE_ERROR while the server is away. */
  open(): Promise<PubSub> {
    if (this.#opening === undefined) {
      const opening = openPubSub(this.#url, {
        log: this.#log,
        connectTimeoutMs: timeoutMs,
        publishTimeoutMs: timeoutMs,
      });
      this.#opening = opening;
      opening.catch(() => {
        this.#opening = undefined;
      });
    }
    return this.#opening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.close();
  }
}

/** The package says `err`, as pino does by itself; the gateway's logger says `error`. */
function toPubSubLog(logger: Logger): PubSubLog {
  const rename = ({ err, ...fields }: { err?: unknown }): object =>
    err === undefined ? fields : { ...fields, error: err };
  return {
    debug: (fields, message) => logger.debug(rename(fields), message),
    warn: (fields, message) => logger.warn(rename(fields), message),
  };
}

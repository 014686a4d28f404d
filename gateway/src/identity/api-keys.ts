import { hash } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { seldom } from '../telemetry/seldom.ts';
import type { KeyAnswer } from './ask-about-key.ts';
import { askAboutKey } from './ask-about-key.ts';
import type { Viewer } from './viewer.ts';

type ApiKeyOptions = Config['authentication']['apiKeys'];

/** Least time after a failure in which nobody waits for another try. */
const retryAfterMs = 500;
const warnIntervalMs = 60_000;
/** Visible ASCII: whatever else a client sends was never given out as a key. */
const keyPattern = /^[\x21-\x7e]{1,512}$/;

interface KnownKey {
  /** Of the answer, not of the key. */
  readonly digest: string;
  readonly viewer: Viewer;
  /** When it was asked about, so that what changed while the answer came counts as not known. */
  readonly askedMs: number;
}

/**
 * Partners' API keys. Each is asked about once in half of `cacheMs`, whatever the number of requests
 * that bring it, ahead of its end while it is in use. No key is kept, only its SHA-256; those that are
 * refused cannot crowd out those that are good. What is refused is refused at once: only while nobody
 * answers does a key serve on, until the last good answer is as old as `staleMs`.
 */
export class ApiKeys {
  /** Lower-case name of the header that carries keys. */
  readonly header: string;
  readonly #options: ApiKeyOptions;
  readonly #warn: (error: unknown) => void;
  readonly #now: () => number;
  readonly #good: LRUCache<string, KnownKey>;
  /** When a key that was refused was asked about. */
  readonly #refused: LRUCache<string, number>;
  readonly #flights = new Map<string, Promise<KeyAnswer>>();
  #failedMs = Number.NEGATIVE_INFINITY;

  /** `now` tells ages apart, in milliseconds; it need not tell the time. */
  constructor(options: ApiKeyOptions, logger: Logger, now: () => number = () => performance.now()) {
    this.header = options.header;
    this.#options = options;
    const { staleMs } = options;
    this.#warn = seldom(warnIntervalMs, (error) =>
      logger.warn({ error, staleMs }, 'API keys cannot be verified'),
    );
    this.#now = now;
    this.#good = new LRUCache({ max: options.entriesMax });
    this.#refused = new LRUCache({ max: options.entriesMax });
  }

  /**
   * Whose key it is; synchronously for one that was asked about lately. Throws or rejects with
   * AppError UNAUTHENTICATED for one that is unknown, over or revoked, RATE_LIMITED while too many
   * unknown ones are asked about, DOWNSTREAM_SERVICE_ERROR when it cannot be told.
   */
  verify(key: string): Viewer | Promise<Viewer> {
    if (!keyPattern.test(key)) throw refusal();
    const digest = digestOf(key);
    const known = this.#good.get(digest);
    const { cacheMs } = this.#options;
    if (known !== undefined) {
      const ageMs = this.#msSince(known.askedMs);
      if (ageMs >= cacheMs / 2) this.#refresh(digest, key);
      const isGood = ageMs < cacheMs || (this.#isFailing && ageMs < this.#lifeMs);
      return isGood ? stillGood(known.viewer) : this.#verifyNow(digest, key, known);
    }
    const refusedMs = this.#refused.get(digest);
    if (refusedMs !== undefined && this.#msSince(refusedMs) < cacheMs) throw refusal();
    return this.#verifyNow(digest, key, undefined);
  }

  /**
   * Tells, as often as it is called, whether the key is still its viewer's with the same rights. For
   * what lasts longer than a request: it has the key asked about when that is due, and waits for nothing.
   */
  standing(key: string, viewer: Viewer): () => boolean {
    const digest = digestOf(key);
    let goodMs = this.#good.get(digest)?.askedMs ?? this.#now();
    return () => {
      if (viewer.expiresAt <= Date.now()) return false;
      const known = this.#good.get(digest);
      if (known === undefined && this.#refused.has(digest)) return false;
      if (known !== undefined && known.viewer !== viewer) return false;
      goodMs = known?.askedMs ?? goodMs;
      const ageMs = this.#msSince(goodMs);
      if (ageMs >= this.#options.cacheMs / 2) this.#refresh(digest, key);
      return ageMs < this.#lifeMs;
    };
  }

  /** How old the last good answer about a key may be while there are no others. */
  get #lifeMs(): number {
    return Math.max(this.#options.cacheMs, this.#options.staleMs);
  }

  get #isFailing(): boolean {
    return this.#msSince(this.#failedMs) < this.#options.timeoutMs + 2 * retryAfterMs;
  }

  /** In the background: what is known is good meanwhile. */
  #refresh(digest: string, key: string): void {
    if (this.#flights.has(digest) || this.#msSince(this.#failedMs) < retryAfterMs) return;
    this.#ask(digest, key).catch(() => undefined);
  }

  async #verifyNow(digest: string, key: string, known: KnownKey | undefined): Promise<Viewer> {
    try {
      const { viewer } = await (this.#flights.get(digest) ?? this.#askIfRoom(digest, key, known));
      if (viewer === undefined) throw refusal();
      return stillGood(this.#good.get(digest)?.viewer ?? viewer);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (known !== undefined && this.#msSince(known.askedMs) < this.#lifeMs) {
        return stillGood(known.viewer);
      }
      throw new AppError('DOWNSTREAM_SERVICE_ERROR', 'API keys cannot be verified', {
        cause: error,
      });
    }
  }

  /** Keys that are made up must not keep the service busy that the good ones need. */
  #askIfRoom(digest: string, key: string, known: KnownKey | undefined): Promise<KeyAnswer> {
    if (known === undefined && this.#flights.size >= this.#options.callsMax) {
      const message = 'Too many unknown API keys are being verified: try again in a moment.';
      throw new AppError('RATE_LIMITED', message);
    }
    return this.#ask(digest, key);
  }

  #ask(digest: string, key: string): Promise<KeyAnswer> {
    const askedMs = this.#now();
    const flight = askAboutKey(key, this.#options)
      .then((answer) => this.#learn(digest, answer, askedMs))
      .catch((error: unknown) => {
        this.#failedMs = this.#now();
        this.#warn(error);
        throw error;
      })
      .finally(() => this.#flights.delete(digest));
    this.#flights.set(digest, flight);
    return flight;
  }

  #learn(digest: string, answer: KeyAnswer, askedMs: number): KeyAnswer {
    this.#failedMs = Number.NEGATIVE_INFINITY;
    const { viewer } = answer;
    if (viewer === undefined) {
      this.#good.delete(digest);
      this.#refused.set(digest, askedMs);
      return answer;
    }
    // One object as long as it says the same: by it connections see that their rights have changed.
    const before = this.#good.get(digest);
    const same = before?.digest === answer.digest ? before.viewer : viewer;
    this.#good.set(digest, { digest: answer.digest, viewer: same, askedMs });
    this.#refused.delete(digest);
    return answer;
  }

  #msSince(momentMs: number): number {
    return this.#now() - momentMs;
  }
}

/** The keys of the configured service; undefined where there is none: then no header is looked at. */
export function createApiKeys(
  { apiKeys }: Config['authentication'],
  logger: Logger,
): ApiKeys | undefined {
  return apiKeys.verifyUrl === undefined ? undefined : new ApiKeys(apiKeys, logger);
}

function stillGood(viewer: Viewer): Viewer {
  if (viewer.expiresAt <= Date.now()) throw refusal();
  return viewer;
}

function refusal(): AppError {
  return new AppError('UNAUTHENTICATED', 'The API key is not valid, or no longer');
}

function digestOf(key: string): string {
  return hash('sha256', key, 'base64url');
}

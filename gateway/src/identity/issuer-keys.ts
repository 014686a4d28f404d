import type {
  CryptoKey,
  FlattenedJWSInput,
  JSONWebKeySet,
  JWTHeaderParameters,
  JWTVerifyGetKey,
  LocalJWKSet,
} from 'jose';
import { createLocalJWKSet, errors } from 'jose';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';

/** Longest key set that is read. */
const keySetBytesMax = 262_144;
/** Least time between two fetches while there are no keys at all. */
const retryAfterMs = 1_000;

export interface IssuerKeysOptions {
  readonly jwksUrl: string;
  /** Deadline of one fetch. */
  readonly timeoutMs: number;
  /** Age from which keys are fetched anew; those at hand serve meanwhile. */
  readonly cacheMs: number;
  /** Age from which keys serve no longer, when no fetch succeeds. */
  readonly staleMs: number;
  /** Least time between two fetches that unknown key ids cause. */
  readonly cooldownMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface FetchedKeys {
  readonly find: LocalJWKSet;
  readonly fetchedMs: number;
}

/**
 * Finds the public key of a token in the issuer's JSON Web Key Set (RFC 7517), which is fetched when
 * first needed. However many tokens ask, one fetch is under way, and unknown key ids cause one within
 * `cooldownMs`. Rejects with jose's JWKSNoMatchingKey for a key that the issuer does not publish, and
 * with the reason of the fetch when there are no keys to look at.
 */
export function createIssuerKeys(options: IssuerKeysOptions): JWTVerifyGetKey {
  const keys = new IssuerKeys(options);
  return (header, token) => keys.find(header, token);
}

class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  #keys: FetchedKeys | undefined;
  #flight: Promise<FetchedKeys> | undefined;
  #attemptedMs = Number.NEGATIVE_INFINITY;
  #failure: unknown;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
  }

  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const keys = await this.#usableKeys();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // A token that was signed with a key that is newer than our set: rotation.
      const rotated = await this.#keysAfterRotation();
      if (rotated === undefined || rotated === keys) throw error;
      return rotated.find(header, token);
    }
  }

  async #usableKeys(): Promise<FetchedKeys> {
    const { cacheMs, staleMs, cooldownMs } = this.#options;
    const keys = this.#keys;
    const ageMs = keys === undefined ? Number.POSITIVE_INFINITY : this.#msSince(keys.fetchedMs);
    if (keys !== undefined && ageMs < staleMs) {
      // In the background: those at hand are good, and the issuer may be away.
      if (ageMs >= cacheMs && this.#msSince(this.#attemptedMs) >= cooldownMs) {
        this.#fetch().catch(() => undefined);
      }
      return keys;
    }
    const failedJustNow = this.#flight === undefined && this.#failure !== undefined;
    if (failedJustNow && this.#msSince(this.#attemptedMs) < retryAfterMs) throw this.#failure;
    return this.#fetch();
  }

  async #keysAfterRotation(): Promise<FetchedKeys | undefined> {
    const isTooSoon = this.#msSince(this.#attemptedMs) < this.#options.cooldownMs;
    if (this.#flight === undefined && isTooSoon) return this.#keys;
    // The issuer may be away: then the token's key stays unknown.
    return this.#fetch().catch(() => this.#keys);
  }

  #fetch(): Promise<FetchedKeys> {
    this.#flight ??= this.#fetchOnce().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #fetchOnce(): Promise<FetchedKeys> {
    this.#attemptedMs = this.#options.now();
    try {
      const find = createLocalJWKSet(await fetchKeySet(this.#options));
      this.#keys = { find, fetchedMs: this.#attemptedMs };
      this.#failure = undefined;
      return this.#keys;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #msSince(momentMs: number): number {
    return this.#options.now() - momentMs;
  }
}

async function fetchKeySet({ jwksUrl, timeoutMs }: IssuerKeysOptions): Promise<JSONWebKeySet> {
  const { status, text } = await fetchText({
    url: jwksUrl,
    accept: 'application/jwk-set+json, application/json',
    timeoutMs,
    bytesMax: keySetBytesMax,
  });
  if (status !== 200) throw new Error(`The key set was answered with status ${status}`);
  // createLocalJWKSet checks its shape.
  return JSON.parse(text) as JSONWebKeySet;
}

import type { ProjectedResponse } from '../pipeline/project-response.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { Audience, Sharing } from './audience.ts';
import { narrower } from './audience.ts';
import type { CacheAccess } from './cache-access.ts';
import { isDueEarly, isFresh } from './cache-access.ts';
import type { CacheEntry } from './cache-entry.ts';
import type { CacheableRequest } from './entity-cache.ts';
import type { ResponseParts } from './response-freshness.ts';

/** Where responses to one request may be kept. */
export interface ResponseKeys {
  readonly plan: QueryPlan;
  of(sharing: Sharing): string;
}

interface CompletedRequest {
  readonly parts: ResponseParts;
  /** Undefined when the response must not be kept. */
  readonly keys: ResponseKeys | undefined;
  readonly costMs: number;
  readonly isProtected: boolean;
}

/**
 * Whole responses. One is kept only if every part of it may be kept; it is out of date with the
 * first of them, by time or by invalidation, so it is never wrong where its parts would be right.
 */
export class ResponseTier {
  readonly #access: CacheAccess;
  /** The narrowest audience that the responses of a plan have had, if it was not everybody. */
  readonly #narrow = new WeakMap<QueryPlan, Sharing>();
  /** One object for an entry, so that its bytes are written once. */
  readonly #responses = new WeakMap<CacheEntry, ProjectedResponse>();

  constructor(access: CacheAccess) {
    this.#access = access;
  }

  keysOf(
    { plan, viewHash, operationId, variables }: CacheableRequest,
    audience: Audience,
  ): ResponseKeys {
    const question = `${viewHash} ${operationId} ${JSON.stringify(variables)}`;
    return { plan, of: (sharing) => `response ${audience.keyFor(sharing)} ${question}` };
  }

  /** A response that is up to date, or undefined. */
  async find(keys: ResponseKeys, isProtected: boolean): Promise<ProjectedResponse | undefined> {
    const narrow = this.#narrow.get(keys.plan);
    const names = [keys.of('everybody'), ...(narrow === undefined ? [] : [keys.of(narrow)])];
    const entry = this.#near(names) ?? (await this.#far(names));
    const { responses } = this.#access.counts;
    // One of many that meet it shortly before it expires makes it anew.
    if (entry === undefined || isDueEarly(entry)) {
      responses.misses += 1;
      return undefined;
    }
    responses.hits += 1;
    let response = this.#responses.get(entry);
    if (response === undefined) {
      response = { data: entry.text, errors: [], freshness: freshnessOf(entry, isProtected) };
      this.#responses.set(entry, response);
    }
    return response;
  }

  /** Keeps the response if all of its parts may be kept, and tells how long it is fresh. */
  complete(
    response: ProjectedResponse,
    { parts, keys, costMs, isProtected }: CompletedRequest,
  ): ProjectedResponse {
    if (response.errors.length > 0) return response;
    const entry = parts.toEntry(response.data, costMs);
    if (entry === undefined) return response;
    const completed = { ...response, freshness: freshnessOf(entry, isProtected) };
    if (keys === undefined) return completed;
    this.#access.counts.responses.stored += 1;
    this.#responses.set(entry, completed);
    this.#access.tiers.put(new Map([[keys.of(this.#audienceOf(entry, keys)), entry]]));
    return completed;
  }

  /** As narrow as the narrowest so far: with one look at one more key everything is found. */
  #audienceOf({ sharing }: CacheEntry, { plan }: ResponseKeys): Sharing {
    if (sharing === 'everybody') return sharing;
    const narrow = narrower(sharing, this.#narrow.get(plan) ?? sharing);
    this.#narrow.set(plan, narrow);
    return narrow;
  }

  #near(names: readonly string[]): CacheEntry | undefined {
    for (const name of names) {
      const entry = this.#access.tiers.near(name);
      if (entry !== undefined && isFresh(entry)) return entry;
    }
    return undefined;
  }

  async #far(names: readonly string[]): Promise<CacheEntry | undefined> {
    if (!this.#access.tiers.hasFar) return undefined;
    const entries = await this.#access.tiers.far(names);
    return entries.find((entry) => entry !== undefined && isFresh(entry));
  }
}

function freshnessOf(
  { bornMs, freshUntilMs, sharing }: CacheEntry,
  isProtected: boolean,
): NonNullable<ProjectedResponse['freshness']> {
  return { bornMs, freshUntilMs, isPrivate: sharing !== 'everybody' || isProtected };
}

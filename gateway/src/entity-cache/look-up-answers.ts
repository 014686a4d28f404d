import type { EntityAnswers } from '../query-plan/entity-answers.ts';
import type { AskEntities } from '../query-plan/fetch-cache.ts';
import { reportedPath } from '../query-plan/fetch-errors.ts';
import type { SubgraphError } from '../subgraph-fetch/subgraph-request.ts';
import type { CacheAccess } from './cache-access.ts';
import { isDueEarly, isFresh } from './cache-access.ts';
import type { CacheEntry } from './cache-entry.ts';
import { isCurrent } from './cache-entry.ts';
import type { TypePolicy } from './fetch-shape.ts';
import { makeEntry } from './make-entry.ts';

/** One entity to be looked up. */
export interface WantedAnswer {
  /** JSON of the representation. */
  readonly representation: string;
  /** Undefined where the policy is not to cache. */
  readonly key: string | undefined;
  readonly policy: TypePolicy;
  /** What its cache tags are filled from. */
  values(): Readonly<Record<string, unknown>>;
}

export interface AnswersFound extends EntityAnswers {
  /** Entries behind the answers, those made just now among them. */
  readonly entries: readonly (CacheEntry | undefined)[];
  /** True when one was used that is out of time, as the subgraph failed. */
  readonly isStale: boolean;
}

/**
 * Finds the answers for entities: those at hand, those that others keep, those that another request
 * is asking for, and asks for what is left in one call. What a failed call leaves open is answered by
 * entries that may be stale. Never rejects.
 */
export class AnswerLookUp {
  readonly #access: CacheAccess;
  readonly #wanted: readonly WantedAnswer[];
  readonly #ask: AskEntities;
  readonly #entries: (CacheEntry | undefined)[];
  readonly #stale: (CacheEntry | undefined)[] = [];
  /** Answers that are no entries: not to be kept. */
  readonly #answers: unknown[] = [];
  readonly #errors: SubgraphError[] = [];
  readonly #asked = new Set<number>();
  #failure: { readonly cause: unknown; readonly places: Set<number> } | undefined;
  #isStale = false;

  constructor(access: CacheAccess, wanted: readonly WantedAnswer[], ask: AskEntities) {
    this.#access = access;
    this.#wanted = wanted;
    this.#ask = ask;
    this.#entries = new Array<CacheEntry | undefined>(wanted.length).fill(undefined);
  }

  async find(signal: AbortSignal): Promise<AnswersFound> {
    let missing = this.#findNear();
    if (missing.length > 0 && this.#access.tiers.hasFar) missing = await this.#findFar(missing);
    if (missing.length > 0) await this.#obtain(missing, signal);
    if (this.#failure !== undefined && !signal.aborted) this.#answerFromStale(this.#failure.places);
    this.#refreshEarly();
    return this.#result();
  }

  #findNear(): readonly number[] {
    const missing: number[] = [];
    for (const [place, { key, policy }] of this.#wanted.entries()) {
      const entry = key === undefined ? undefined : this.#access.tiers.near(key);
      if (this.#take(place, entry)) policy.counts.nearHits += 1;
      else missing.push(place);
    }
    return missing;
  }

  async #findFar(missing: readonly number[]): Promise<readonly number[]> {
    const places = missing.filter((place) => this.#keyOf(place) !== undefined);
    const keys = places.map((place) => this.#keyOf(place) ?? '');
    const entries = await this.#access.tiers.far(keys);
    for (const [index, place] of places.entries()) {
      if (this.#take(place, entries[index])) this.#countsOf(place).farHits += 1;
    }
    return missing.filter((place) => this.#entries[place] === undefined);
  }

  /** Waits for what others ask for, and asks for the rest; then for what the others did not get. */
  async #obtain(missing: readonly number[], signal: AbortSignal): Promise<void> {
    const joined: Promise<void>[] = [];
    const own: number[] = [];
    const left: number[] = [];
    for (const place of missing) {
      const key = this.#keyOf(place);
      const pending = key === undefined ? undefined : this.#pending(key);
      if (pending === undefined) own.push(place);
      else joined.push(pending.then((entry) => this.#join(place, entry, left)));
    }
    await Promise.all([own.length === 0 ? undefined : this.#askFor(own), ...joined]);
    if (left.length > 0 && !signal.aborted) await this.#askFor(left);
  }

  #join(place: number, entry: CacheEntry | undefined, left: number[]): void {
    // Its call may have begun before an invalidation that this request must know of.
    const isUsable = entry !== undefined && isCurrent(entry, this.#access.log);
    if (isUsable && this.#take(place, entry)) this.#countsOf(place).joined += 1;
    else left.push(place);
  }

  async #askFor(places: readonly number[]): Promise<void> {
    const { log, missing, tiers, counts } = this.#access;
    const since = log.position();
    const settle = missing.begin(this.#countMissing(places), since);
    const made = new Map<string, CacheEntry>();
    const startedMs = performance.now();
    try {
      const texts = places.map((place) => this.#wanted[place]?.representation ?? '');
      const { answers, errors, cacheHeaders } = await this.#ask(texts);
      const call = { since, startedMs, endedMs: performance.now(), headers: cacheHeaders };
      const faulty = this.#takeErrors(places, errors);
      for (const [index, place] of places.entries()) {
        this.#asked.add(place);
        const answer = answers[index];
        this.#answers[place] = answer;
        const wanted = this.#wantedAt(place);
        const { key, policy } = wanted;
        if (key === undefined) continue;
        if (faulty === 'all' || faulty.has(index)) {
          counts.refused('error');
          continue;
        }
        if (typeof answer !== 'object' || answer === null) {
          counts.refused('null');
          continue;
        }
        const entry = makeEntry(JSON.stringify(answer), wanted.values(), policy, call, counts);
        if (entry === undefined) continue;
        made.set(key, entry);
        this.#entries[place] = entry;
      }
      tiers.put(made);
    } catch (cause) {
      this.#failure ??= { cause, places: new Set() };
      for (const place of places) this.#failure.places.add(place);
    } finally {
      settle(made);
    }
  }

  /** Keys of those that may be kept. */
  #countMissing(places: readonly number[]): readonly string[] {
    const keys: string[] = [];
    for (const place of places) {
      const { key, policy } = this.#wantedAt(place);
      if (key === undefined) {
        policy.counts.uncacheable += 1;
        continue;
      }
      policy.counts.misses += 1;
      keys.push(key);
    }
    return keys;
  }

  /** Errors at their places among all; which of those asked for they spoil. */
  #takeErrors(
    places: readonly number[],
    errors: readonly SubgraphError[],
  ): ReadonlySet<number> | 'all' {
    const faulty = new Set<number>();
    let isAll = false;
    for (const error of errors) {
      const [field, index, ...rest] = reportedPath(error);
      const place = typeof index === 'number' ? places[index] : undefined;
      if (typeof index !== 'number' || place === undefined) {
        isAll = true;
        this.#errors.push(error);
        continue;
      }
      faulty.add(index);
      this.#errors.push({ ...error, path: [field ?? '_entities', place, ...rest] });
    }
    return isAll ? 'all' : faulty;
  }

  #answerFromStale(places: Set<number>): void {
    for (const place of [...places]) {
      const entry = this.#stale[place];
      if (entry === undefined || entry.staleUntilMs <= performance.now()) continue;
      if (!isCurrent(entry, this.#access.log)) continue;
      this.#entries[place] = entry;
      this.#isStale = true;
      this.#countsOf(place).stale += 1;
      places.delete(place);
    }
  }

  /** Makes entries that are about to expire anew; nobody waits for it. */
  #refreshEarly(): void {
    const due: WantedAnswer[] = [];
    for (const [place, entry] of this.#entries.entries()) {
      if (entry === undefined || this.#asked.has(place) || !isDueEarly(entry)) continue;
      const wanted = this.#wantedAt(place);
      const { log, missing } = this.#access;
      if (wanted.key === undefined || missing.isPending(wanted.key, log.position())) continue;
      due.push(wanted);
    }
    if (due.length === 0) return;
    const signal = AbortSignal.timeout(this.#access.refreshTimeoutMs);
    const refresh = new AnswerLookUp(this.#access, due, (texts) => this.#ask(texts, signal));
    void refresh.#askFor(due.map((_, place) => place));
  }

  #result(): AnswersFound {
    const known: number[] = [];
    const texts: string[] = [];
    for (const [place, entry] of this.#entries.entries()) {
      if (entry === undefined || this.#asked.has(place)) continue;
      known.push(place);
      texts.push(entry.text);
    }
    // Parsed anew for each request: what it gets is its own.
    const parsed = JSON.parse(`[${texts.join(',')}]`) as readonly unknown[];
    const answers = [...this.#answers];
    answers.length = this.#wanted.length;
    for (const [index, place] of known.entries()) answers[place] = parsed[index];
    const hasFailed = this.#failure !== undefined && this.#failure.places.size > 0;
    return {
      answers,
      errors: this.#errors,
      asked: this.#asked,
      failure: hasFailed ? this.#failure : undefined,
      entries: this.#entries,
      isStale: this.#isStale,
    };
  }

  #pending(key: string): Promise<CacheEntry | undefined> | undefined {
    return this.#access.missing.pending(key, this.#access.log.position());
  }

  /** True when the entry answers. */
  #take(place: number, entry: CacheEntry | undefined): boolean {
    if (entry === undefined) return false;
    if (isFresh(entry)) {
      this.#entries[place] = entry;
      return true;
    }
    this.#stale[place] = entry;
    return false;
  }

  #wantedAt(place: number): WantedAnswer {
    const wanted = this.#wanted[place];
    if (wanted === undefined) throw new Error(`no entity is wanted at ${place}`);
    return wanted;
  }

  #keyOf(place: number): string | undefined {
    return this.#wanted[place]?.key;
  }

  #countsOf(place: number): TypePolicy['counts'] {
    return this.#wantedAt(place).policy.counts;
  }
}

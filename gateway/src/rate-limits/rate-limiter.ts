import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Logger } from '../telemetry/logger.ts';
import { seldom } from '../telemetry/seldom.ts';
import { MemoryRateLimits } from './memory-rate-limits.ts';
import type { Bucket, BucketState, RateLimitStore } from './rate-limit-store.ts';

export type RateRule = Config['rateLimits']['rules'][number];

/** A viewer as far as limits look at one. */
export type RatedViewer = Pick<Viewer, 'id' | 'kind' | 'apiKeyId' | 'rateLimitClass'>;

/** Who uses something. */
export interface RateSubject {
  readonly viewer: RatedViewer | undefined;
  /** Network address. */
  readonly address: string | undefined;
  readonly clientName: string | undefined;
}

/** What is left of one window of one rule, for the client to know. */
export interface RateAllowance extends BucketState {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** Who counts. */
export interface RateLimitStores {
  /** For all gateways; undefined: the local one alone. */
  readonly shared?: RateLimitStore | undefined;
  /** While the shared one fails. Default: one in this process. */
  readonly local?: RateLimitStore | undefined;
}

const warnIntervalMs = 60_000;

/** Holds operations against the rules. */
export class RateLimiter {
  readonly #config: Config['rateLimits'];
  readonly #store: RateLimitStore;
  readonly #local: RateLimitStore;
  readonly #warn: (error: unknown) => void;

  constructor(config: Config['rateLimits'], { shared, local }: RateLimitStores, logger: Logger) {
    this.#config = config;
    this.#local = local ?? new MemoryRateLimits();
    this.#store = shared ?? this.#local;
    const { onStoreFailure } = config;
    this.#warn = seldom(warnIntervalMs, (error) =>
      logger.warn({ error, onStoreFailure }, 'rate limits cannot be counted in Redis'),
    );
  }

  get rules(): readonly RateRule[] {
    return this.#config.rules;
  }

  /**
   * Takes an amount from every window of the rules, for the subject. Resolves with what is left.
   * `isAllowed` is false for those that had too little. Rejects with AppError RATE_LIMITED when
   * nobody can count and the configuration says that nothing is served then.
   */
  async take(
    rules: readonly RateRule[],
    subject: RateSubject,
    amountOf: (rule: RateRule) => number,
  ): Promise<readonly RateAllowance[]> {
    const taken = [...bucketsOf(rules, subject, amountOf)].map(async ([name, buckets]) => {
      const states = await this.#takeFrom(name, buckets);
      return states.map((state, index): RateAllowance => {
        const { limit = 0, windowMs = 0, name: rule = '' } = buckets[index] ?? {};
        return { ...state, name: rule, limit, windowMs };
      });
    });
    return (await Promise.all(taken)).flat();
  }

  /**
   * Corrects what was taken from the rules: adds an amount, or gives it back if it is negative. Nobody
   * waits for it; when it cannot be done, what was taken stays taken.
   */
  settle(rules: readonly RateRule[], subject: RateSubject, amount: number): void {
    for (const [name, buckets] of bucketsOf(rules, subject, () => amount)) {
      this.#store.settle(name, buckets).catch((error: unknown) => this.#warn(error));
    }
  }

  async #takeFrom(subject: string, buckets: readonly Bucket[]): Promise<readonly BucketState[]> {
    try {
      return await this.#store.take(subject, buckets);
    } catch (error) {
      this.#warn(error);
      switch (this.#config.onStoreFailure) {
        case 'local':
          return this.#local.take(subject, buckets);
        case 'open':
          return [];
        case 'closed':
          throw new AppError(
            'RATE_LIMITED',
            'Requests cannot be counted now, so none is served. Try again in a moment.',
          );
      }
    }
  }
}

interface NamedBucket extends Bucket {
  /** Of its rule. */
  readonly name: string;
}

/** The windows of rules, by the names of those who are counted. */
function bucketsOf(
  rules: readonly RateRule[],
  subject: RateSubject,
  amountOf: (rule: RateRule) => number,
): ReadonlyMap<string, readonly NamedBucket[]> {
  const bySubject = new Map<string, NamedBucket[]>();
  for (const rule of rules) {
    const name = nameOf(rule.by, subject);
    if (name === undefined) continue;
    const buckets = bySubject.get(name) ?? [];
    bySubject.set(name, buckets);
    for (const { limit, windowMs } of rule.windows) {
      const key = `${rule.name}:${windowMs}`;
      buckets.push({ name: rule.name, key, limit, windowMs, amount: amountOf(rule) });
    }
  }
  return bySubject;
}

/** Undefined for whoever is not counted. */
function nameOf(
  by: RateRule['by'],
  { viewer, address, clientName }: RateSubject,
): string | undefined {
  switch (by) {
    case 'viewer':
      return viewer && viewerName(viewer);
    case 'viewerOrAddress':
      return viewer === undefined ? `address ${address ?? ''}` : viewerName(viewer);
    case 'apiKey':
      return viewer?.kind === 'partner' ? `key ${viewer.apiKeyId ?? viewer.id}` : undefined;
    case 'address':
      return `address ${address ?? ''}`;
    case 'client':
      return `client ${clientName ?? ''}`;
    case 'everybody':
      return 'everybody';
  }
}

function viewerName({ kind, id }: RatedViewer): string {
  return kind === 'partner' ? `partner ${id}` : `viewer ${id}`;
}

/** True when the rule is about viewers of this class, or about everybody. */
export function concerns(
  { classes, exceptClasses }: RateRule,
  { viewer }: Pick<RateSubject, 'viewer'>,
): boolean {
  if (classes.length === 0 && exceptClasses.length === 0) return true;
  const own = viewer?.rateLimitClass;
  if (own === undefined) return classes.length === 0;
  return !exceptClasses.includes(own) && (classes.length === 0 || classes.includes(own));
}

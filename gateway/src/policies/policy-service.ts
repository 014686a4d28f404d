import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Viewer } from '../identity/viewer.ts';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';
import type { PolicyDecider, PolicyDecisions } from './policy-decider.ts';
import { toSubject } from './policy-decider.ts';

type Options = Config['authorization']['policies'];

/** Longest answer that is read. */
const answerBytesMax = 262_144;

const policyAnswer = z.object({ policies: z.record(z.string(), z.boolean()) });

interface Known {
  readonly isMet: boolean;
  readonly decidedMs: number;
}

/**
 * Decides by a service: one call for all policies of an operation that are not known of its viewer,
 * and one at a time for equal questions. What it decides is remembered for `cacheMs`; failures are not.
 */
export class PolicyService implements PolicyDecider {
  readonly #options: Options;
  readonly #onFailure: (error: unknown) => void;
  readonly #now: () => number;
  readonly #known: LRUCache<string, Known>;
  readonly #flights = new Map<string, Promise<Readonly<Record<string, boolean>>>>();
  /** All that policies may depend on, in short. */
  readonly #viewerKeys = new WeakMap<Viewer, string>();

  constructor(
    options: Options,
    onFailure: (error: unknown) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#options = options;
    this.#onFailure = onFailure;
    this.#now = now;
    this.#known = new LRUCache({ max: options.entriesMax });
  }

  async decide(policies: readonly string[], viewer: Viewer): Promise<PolicyDecisions> {
    const viewerKey = this.#viewerKeyOf(viewer);
    const decisions = new Map<string, boolean | undefined>();
    for (const policy of policies) decisions.set(policy, this.#knownOf(viewerKey, policy));
    const unknown = policies.filter((policy) => decisions.get(policy) === undefined);
    if (unknown.length === 0) return decisions;
    try {
      const answer = await this.#join(`${viewerKey} ${JSON.stringify(unknown)}`, unknown, viewer);
      for (const policy of unknown) {
        decisions.set(policy, Object.hasOwn(answer, policy) && answer[policy] === true);
      }
    } catch {
      // Told where the call failed, once for all who waited for it.
    }
    return decisions;
  }

  #knownOf(viewerKey: string, policy: string): boolean | undefined {
    const known = this.#known.get(`${viewerKey} ${policy}`);
    const isFresh = known !== undefined && this.#now() - known.decidedMs < this.#options.cacheMs;
    return isFresh ? known.isMet : undefined;
  }

  #join(
    key: string,
    policies: readonly string[],
    viewer: Viewer,
  ): Promise<Readonly<Record<string, boolean>>> {
    const known = this.#flights.get(key);
    if (known !== undefined) return known;
    const flight = this.#ask(policies, viewer).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  async #ask(
    policies: readonly string[],
    viewer: Viewer,
  ): Promise<Readonly<Record<string, boolean>>> {
    const { url = '', secret, timeoutMs, cacheMs } = this.#options;
    const decidedMs = this.#now();
    try {
      const { status, text } = await fetchText({
        url,
        accept: 'application/json',
        headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
        body: { policies, viewer: toSubject(viewer) },
        timeoutMs,
        bytesMax: answerBytesMax,
      });
      if (status !== 200) throw new Error(`Policies were answered with status ${status}`);
      const answer = policyAnswer.parse(JSON.parse(text)).policies;
      for (const policy of cacheMs === 0 ? [] : policies) {
        const isMet = Object.hasOwn(answer, policy) && answer[policy] === true;
        this.#known.set(`${this.#viewerKeyOf(viewer)} ${policy}`, { isMet, decidedMs });
      }
      return answer;
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }

  #viewerKeyOf(viewer: Viewer): string {
    let key = this.#viewerKeys.get(viewer);
    if (key === undefined) {
      key = hash('sha256', JSON.stringify(toSubject(viewer)), 'base64url');
      this.#viewerKeys.set(viewer, key);
    }
    return key;
  }
}

import { hash, timingSafeEqual } from 'node:crypto';
import type { Viewer } from '../identity/viewer.ts';
import type { ProjectedResponse } from '../pipeline/project-response.ts';
import type { FetchCache } from '../query-plan/fetch-cache.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { audienceOf } from './audience.ts';
import { CacheReport } from './cache-report.ts';
import { mayCache } from './may-cache.ts';
import type { RequestCacheParts } from './request-cache.ts';
import { RequestCache } from './request-cache.ts';
import { ResponseTier } from './response-tier.ts';

/** A request about to be executed. */
export interface CacheableRequest {
  readonly plan: QueryPlan;
  /** Identity of the operation within its supergraph. */
  readonly operationId: string;
  readonly operationType: 'query' | 'mutation' | 'subscription';
  readonly snapshot: SupergraphSnapshot;
  /** Hash of what its client sees of the snapshot: others may get another response. */
  readonly viewHash: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | undefined;
  /** Client headers that the subgraphs see. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** What the client sent for `plaza-explain-cache`. */
  readonly explainSecret: string | undefined;
  /** True when only certain viewers may ask for it. */
  readonly isProtected: boolean;
  /** False when it is answered in parts. */
  readonly isWhole: boolean;
}

/** The cache, open for one request. */
export interface OpenCache {
  /** Where the log was when the request began: nothing older may be shared with it. */
  readonly position: string;
  /** The whole response, if it is known. */
  findResponse(): Promise<ProjectedResponse | undefined>;
  /** For making the response; `signal` ends that. */
  execution(signal: AbortSignal): CachedExecution;
}

export interface CachedExecution {
  readonly fetches: FetchCache;
  /** Adds to a response what the cache knows of it, and keeps it if it may. */
  complete(response: ProjectedResponse): ProjectedResponse;
}

export interface EntityCacheSettings {
  /** Whether whole responses are kept, beside what they are made of. */
  readonly responses: boolean;
  /** Who knows it may ask why something is cached. */
  readonly secret?: string | undefined;
}

/** What is remembered of subgraphs' answers, for all requests of a process. */
export class EntityCache {
  readonly #parts: RequestCacheParts;
  readonly #keepsResponses: boolean;
  readonly #secretDigest: Buffer | undefined;
  readonly #responses: ResponseTier;

  constructor(parts: RequestCacheParts, { responses, secret }: EntityCacheSettings) {
    this.#parts = parts;
    this.#keepsResponses = responses;
    this.#secretDigest = secret === undefined ? undefined : digest(secret);
    this.#responses = new ResponseTier(parts.access);
  }

  /**
   * Resolves once this process knows of every invalidation that was acknowledged before the call.
   * Undefined for what is never cached: nothing is asked then.
   */
  async open(request: CacheableRequest): Promise<OpenCache | undefined> {
    const { operationType, plan, snapshot, isWhole, isProtected } = request;
    if (operationType === 'subscription') return undefined;
    const isQuery = operationType === 'query';
    if (isQuery && !mayCache(plan, snapshot)) return undefined;
    const reads = isQuery && (await this.#catchUp());
    const report = this.#explains(request.explainSecret) ? new CacheReport() : undefined;
    const audience = audienceOf(request.viewer, request.forwarded);
    // Whoever asks why is told of the fetches, which a response from the cache has none of.
    const canKeep = this.#keepsResponses && reads && isWhole && report === undefined;
    const keys = canKeep ? this.#responses.keysOf(request, audience) : undefined;
    const { epoch, sequence } = this.#parts.access.log.position();
    return {
      position: `${epoch} ${sequence}`,
      findResponse: async () => keys && this.#responses.find(keys, isProtected),
      execution: (signal) => {
        const { variables } = request;
        const own = { snapshot, variables, audience, signal, reads, report };
        const fetches = new RequestCache(this.#parts, own);
        const startedMs = performance.now();
        const complete = (response: ProjectedResponse): ProjectedResponse => {
          const costMs = performance.now() - startedMs;
          const options = { parts: fetches.parts, keys, costMs, isProtected };
          const completed = this.#responses.complete(response, options);
          return withExtensions(completed, fetches.staleSubgraphs, report);
        };
        return { fetches, complete };
      },
    };
  }

  /** False when it cannot be told what is out of date. */
  async #catchUp(): Promise<boolean> {
    const { access, invalidator } = this.#parts;
    const caughtUp = !invalidator.isBehind && (await access.log.catchUp());
    if (!caughtUp) access.counts.unverified += 1;
    return caughtUp;
  }

  #explains(secret: string | undefined): boolean {
    if (secret === undefined || this.#secretDigest === undefined) return false;
    return timingSafeEqual(digest(secret), this.#secretDigest);
  }
}

function withExtensions(
  response: ProjectedResponse,
  stale: ReadonlySet<string>,
  report: CacheReport | undefined,
): ProjectedResponse {
  if (stale.size === 0 && report === undefined) return response;
  const extensions = {
    ...(stale.size === 0 ? {} : { stale: { subgraphs: [...stale] } }),
    ...(report === undefined ? {} : { cache: { fetches: report } }),
  };
  return { ...response, extensions };
}

function digest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

import type { EntityFetch, RootFetch } from '../query-plan/compile-plan.ts';
import type { EntityAnswers } from '../query-plan/entity-answers.ts';
import { askForAll } from '../query-plan/entity-answers.ts';
import type { AskEntities, AskRoot, FetchCache } from '../query-plan/fetch-cache.ts';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Audience } from './audience.ts';
import type { CacheAccess } from './cache-access.ts';
import type { CacheEntry } from './cache-entry.ts';
import type { CacheReport } from './cache-report.ts';
import type { FetchShape, TypePolicy } from './fetch-shape.ts';
import { rootTypename, shapeOf } from './fetch-shape.ts';
import type { Invalidator } from './invalidate.ts';
import type { AnswersFound, WantedAnswer } from './look-up-answers.ts';
import { AnswerLookUp } from './look-up-answers.ts';
import { readInvalidations } from './read-invalidations.ts';
import { ResponseParts } from './response-freshness.ts';

/** What the cache needs to know of one request. */
export interface CachedRequest {
  readonly snapshot: SupergraphSnapshot;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly audience: Audience;
  readonly signal: AbortSignal;
  /** False where nothing remembered may be served: in mutations, and when the log cannot be read. */
  readonly reads: boolean;
  /** Told what became of each fetch, if somebody asks. */
  readonly report?: CacheReport | undefined;
}

/** What all requests share. */
export interface RequestCacheParts {
  readonly access: CacheAccess;
  readonly invalidator: Invalidator;
}

/** The cache as one request sees it; it gathers what the response depends on. */
export class RequestCache implements FetchCache {
  readonly #access: CacheAccess;
  readonly #invalidator: Invalidator;
  readonly #request: CachedRequest;
  readonly parts: ResponseParts;
  /** Subgraphs that failed and were stood in for by entries out of time. */
  readonly staleSubgraphs = new Set<string>();

  constructor({ access, invalidator }: RequestCacheParts, request: CachedRequest) {
    this.#access = access;
    this.#invalidator = invalidator;
    this.#request = request;
    this.parts = new ResponseParts(access.log.position());
  }

  async root(fetch: RootFetch, variables: string, ask: AskRoot): Promise<SubgraphResponse> {
    const shape = this.#shapeOf(fetch);
    const policy = shape.policyOf(rootTypename);
    if (!this.#reads(policy)) {
      policy.counts.uncacheable += 1;
      this.#addUnkeepable(shape, [policy]);
      return ask();
    }
    const representation = `{${variables}}`;
    const key = this.#keyOf(shape, policy, representation);
    const wanted = { representation, key, policy, values: () => this.#request.variables };
    let response: SubgraphResponse | undefined;
    const found = await this.#find(shape, [wanted], async (_representations, signal) => {
      const answer = await ask(signal);
      if (signal === undefined) response = answer;
      const isWhole = !hasErrors(answer) && isWithoutNull(answer.data);
      return {
        answers: [isWhole ? answer.data : null],
        errors: hasErrors(answer) ? [{ message: '' }] : [],
        cacheHeaders: answer.cacheHeaders,
      };
    });
    if (response !== undefined) return response;
    if (found.failure !== undefined) throw found.failure.cause;
    return { data: found.answers[0] as Record<string, unknown> };
  }

  async entities(
    fetch: EntityFetch,
    variables: string,
    {
      representations,
      ask,
    }: { readonly representations: readonly string[]; readonly ask: AskEntities },
  ): Promise<EntityAnswers> {
    const shape = this.#shapeOf(fetch);
    const wanted = representations.map((representation): WantedAnswer => {
      const policy = shape.policyOf(typenameOf(representation));
      const key = this.#reads(policy)
        ? this.#keyOf(shape, policy, `${variables}\n${representation}`)
        : undefined;
      const values = () => JSON.parse(representation) as Record<string, unknown>;
      return { representation, key, policy, values };
    });
    if (wanted.some(({ key }) => key === undefined)) {
      this.#addUnkeepable(shape, new Set(wanted.map(({ policy }) => policy)));
    }
    if (wanted.every(({ key }) => key === undefined)) {
      for (const { policy } of wanted) policy.counts.uncacheable += 1;
      return askForAll(representations, ask);
    }
    return this.#find(shape, wanted, ask);
  }

  async invalidate(subgraph: string, extensions: SubgraphResponse['extensions']): Promise<void> {
    const { snapshot } = this.#request;
    const things = readInvalidations(extensions?.invalidation, { subgraph, snapshot });
    if (things.length > 0) await this.#invalidator.invalidateInTime(things, 'mutation');
  }

  async #find(
    shape: FetchShape,
    wanted: readonly WantedAnswer[],
    ask: AskEntities,
  ): Promise<AnswersFound> {
    const found = await new AnswerLookUp(this.#access, wanted, ask).find(this.#request.signal);
    for (const entry of found.entries) this.#addPart(entry);
    if (found.failure !== undefined || found.isStale) this.parts.addUnkeepable();
    if (found.isStale) this.staleSubgraphs.add(shape.subgraph);
    this.#request.report?.add(shape.subgraph, wanted, found);
    return found;
  }

  #addPart(entry: CacheEntry | undefined): void {
    if (entry === undefined) this.parts.addUnkeepable();
    else this.parts.add(entry);
  }

  #addUnkeepable(shape: FetchShape, policies: Iterable<TypePolicy>): void {
    this.parts.addUnkeepable();
    for (const policy of policies) this.#request.report?.addUncached(shape.subgraph, policy);
  }

  #shapeOf(fetch: RootFetch | EntityFetch): FetchShape {
    return shapeOf(fetch, this.#request.snapshot, this.#access.counts);
  }

  #reads({ maxAgeMs }: TypePolicy): boolean {
    return maxAgeMs > 0 && this.#request.reads;
  }

  #keyOf({ id }: FetchShape, { sharing }: TypePolicy, question: string): string {
    return `${id} ${this.#request.audience.keyFor(sharing)} ${question}`;
  }
}

function hasErrors({ errors }: SubgraphResponse): boolean {
  return errors !== undefined && errors !== null && errors.length > 0;
}

/** A root field that is null says that there is nothing yet: tomorrow there may be. */
function isWithoutNull(data: SubgraphResponse['data']): boolean {
  if (data === undefined || data === null) return false;
  for (const name in data) if (data[name] === null) return false;
  return true;
}

const typenamePattern = /^\{"__typename":"(\w+)"/;

function typenameOf(representation: string): string {
  const [, first] = typenamePattern.exec(representation) ?? [];
  if (first !== undefined) return first;
  const { __typename: typename } = JSON.parse(representation) as { readonly __typename?: unknown };
  return String(typename);
}

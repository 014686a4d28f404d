import type { CacheHeaders, SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { EntityFetch, RootFetch } from './compile-plan.ts';
import type { EntityAnswers } from './entity-answers.ts';

/** Asks a subgraph; `signal` instead of the request's own ends the call. */
export type AskRoot = (signal?: AbortSignal) => Promise<SubgraphResponse>;

/** The same for entities, some of those that the fetch wants. */
export type AskEntities = (
  representations: readonly string[],
  signal?: AbortSignal,
) => Promise<AskedEntities>;

export interface AskedEntities extends EntityAnswers {
  readonly cacheHeaders: CacheHeaders | undefined;
}

/** What stands between the fetches of one request and their subgraphs, and may know the answers. */
export interface FetchCache {
  /** As `ask` does; what it is not asked for is known. Its data belong to whoever asks. */
  root(fetch: RootFetch, variables: string, ask: AskRoot): Promise<SubgraphResponse>;
  /** Never rejects: why entities have no answer is part of the result. */
  entities(
    fetch: EntityFetch,
    variables: string,
    question: { readonly representations: readonly string[]; readonly ask: AskEntities },
  ): Promise<EntityAnswers>;
  /** What a mutation's answer says to be out of date, is, once this resolves. */
  invalidate(subgraph: string, extensions: SubgraphResponse['extensions']): Promise<void>;
}

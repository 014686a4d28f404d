import { AppError } from '@plaza/schema/errors';
import type {
  SubgraphError,
  SubgraphFetch,
  SubgraphRequest,
  SubgraphResponse,
} from '../../src/subgraph-fetch/subgraph-request.ts';
import type { Subgraph } from './define-subgraph.ts';
import type { GraphQLRequestBody } from './execute-on-subgraph.ts';
import { executeOnSubgraph } from './execute-on-subgraph.ts';

/** What a subgraph does with its next calls. */
export type LocalBehaviour =
  | { readonly kind: 'ok' }
  /** No well-formed answer: the call rejects, by default with DOWNSTREAM_SERVICE_ERROR. */
  | { readonly kind: 'reject'; readonly error?: AppError }
  /** A well-formed answer of errors alone. */
  | { readonly kind: 'errors'; readonly errors: readonly SubgraphError[] }
  /** No answer until the request's signal aborts. */
  | { readonly kind: 'hang' };

/** A call as a subgraph received it. */
export interface ReceivedCall extends SubgraphRequest {
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface LocalSubgraphFetch {
  readonly fetch: SubgraphFetch;
  /** Every call in the order in which it was made. */
  readonly calls: readonly ReceivedCall[];
  /** The calls that one subgraph received. */
  callsTo(subgraph: string): readonly ReceivedCall[];
  behave(subgraph: string, behaviour: LocalBehaviour): void;
}

/** Executes subgraph operations in this process with graphql-js, and records them. */
export function createLocalSubgraphFetch(subgraphs: readonly Subgraph[]): LocalSubgraphFetch {
  const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const behaviours = new Map<string, LocalBehaviour>();
  const calls: ReceivedCall[] = [];

  const subgraphNamed = (name: string): Subgraph => {
    const subgraph = byName.get(name);
    if (subgraph === undefined) throw new Error(`No fixture subgraph is named ${name}`);
    return subgraph;
  };

  return {
    calls,
    callsTo: (name) => calls.filter((call) => call.subgraph === subgraphNamed(name).name),
    behave: (name, behaviour) => {
      behaviours.set(subgraphNamed(name).name, behaviour);
    },
    fetch: async (request) => {
      const subgraph = subgraphNamed(request.subgraph);
      const body = JSON.parse(request.body) as GraphQLRequestBody;
      calls.push({ ...request, variables: body.variables ?? {} });
      request.context.signal.throwIfAborted();
      return answer(subgraph, { request, body }, behaviours.get(subgraph.name) ?? { kind: 'ok' });
    },
  };
}

function answer(
  subgraph: Subgraph,
  { request, body }: { readonly request: SubgraphRequest; readonly body: GraphQLRequestBody },
  behaviour: LocalBehaviour,
): Promise<SubgraphResponse> {
  switch (behaviour.kind) {
    case 'ok':
      return executeOnSubgraph(subgraph, body);
    case 'reject':
      return Promise.reject(
        behaviour.error ??
          new AppError('DOWNSTREAM_SERVICE_ERROR', `Subgraph ${subgraph.name} did not answer`),
      );
    case 'errors':
      return Promise.resolve({ errors: behaviour.errors });
    case 'hang':
      return untilAborted(request.context.signal);
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

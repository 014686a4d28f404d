import type { DocumentNode, GraphQLError } from 'graphql';
import { parse, validate } from 'graphql';
import type { Viewer } from '../../src/identity/viewer.ts';
import type { UnauthorizedFields } from '../../src/pipeline/authorize-operation.ts';
import { authorizeOperation } from '../../src/pipeline/authorize-operation.ts';
import { coerceVariables } from '../../src/pipeline/coerce-variables.ts';
import { normalizeOperation } from '../../src/pipeline/normalize-operation.ts';
import { planOperation } from '../../src/pipeline/plan-operation.ts';
import { projectResponse } from '../../src/pipeline/project-response.ts';
import { executePlan } from '../../src/query-plan/execute-plan.ts';
import type { QueryPlan } from '../../src/query-plan/plan-node.ts';
import type { SubgraphFetch, SubgraphRequest } from '../../src/subgraph-fetch/subgraph-request.ts';
import { buildSupergraphSnapshot } from '../../src/supergraph/build-snapshot.ts';
import type { SupergraphSnapshot } from '../../src/supergraph/snapshot.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { SubgraphDefinition } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';
import type { LocalSubgraphFetch } from '../kit/local-subgraph-fetch.ts';
import { createLocalSubgraphFetch } from '../kit/local-subgraph-fetch.ts';

export interface OperationOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly viewer?: Pick<Viewer, 'scopes'>;
  /** Default `refuse`. */
  readonly unauthorizedFields?: UnauthorizedFields;
  readonly signal?: AbortSignal;
  /** Answers in place of the subgraphs. */
  readonly fetch?: SubgraphFetch;
}

/** A response as it goes over the wire: JSON, with the errors' codes and paths in short. */
export interface Answer {
  readonly data: unknown;
  readonly errors: readonly ShortError[];
}

export interface ShortError {
  readonly message: string;
  readonly code: unknown;
  readonly path?: readonly (string | number)[];
}

export interface Graph extends LocalSubgraphFetch {
  readonly snapshot: SupergraphSnapshot;
  plan(query: string): Promise<QueryPlan>;
  run(query: string, options?: OperationOptions): Promise<Answer>;
}

/** Real subgraphs, composed; operations run through the stages from validation to projection. */
export function createGraph(...definitions: readonly SubgraphDefinition[]): Graph {
  const subgraphs = definitions.map(defineSubgraph);
  const snapshot = buildSupergraphSnapshot(composeFixture(subgraphs));
  const local = createLocalSubgraphFetch(subgraphs);
  return {
    ...local,
    snapshot,
    plan: (query) => planOperation(normalizeOperation(parse(query), undefined, snapshot), snapshot),
    run: (query, options = {}) =>
      runOperation(snapshot, validated(query, snapshot), {
        ...options,
        fetch: options.fetch ?? local.fetch,
      }),
  };
}

/** Answers each call to a subgraph by what the function makes of the request. */
export function answering(answer: (request: SubgraphRequest) => unknown): SubgraphFetch {
  return async (request) => (await answer(request)) as Awaited<ReturnType<SubgraphFetch>>;
}

function validated(query: string, snapshot: SupergraphSnapshot): DocumentNode {
  const document = parse(query);
  const problems = validate(snapshot.apiSchema, document);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  return document;
}

async function runOperation(
  snapshot: SupergraphSnapshot,
  document: DocumentNode,
  options: OperationOptions & { readonly fetch: SubgraphFetch },
): Promise<Answer> {
  const asked = normalizeOperation(document, options.operationName, snapshot);
  const { viewer, unauthorizedFields = 'refuse' } = options;
  const normalized = authorizeOperation(asked, snapshot, viewer, { unauthorizedFields });
  const variables = coerceVariables(normalized, options.variables, snapshot, {
    enabled: true,
  });
  const plan = await planOperation(normalized, snapshot);
  const signal = options.signal ?? new AbortController().signal;
  const context = { requestId: 'request-1', headers: {}, signal };
  const executed = await executePlan(plan, { snapshot, variables, context }, options.fetch);
  const { data, errors } = projectResponse(normalized, snapshot, variables, executed);
  return { data: JSON.parse(data), errors: errors.map(shorten) };
}

function shorten({ message, path, extensions }: GraphQLError): ShortError {
  return { message, code: extensions.code, ...(path === undefined ? {} : { path }) };
}

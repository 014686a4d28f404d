import type { DocumentNode } from 'graphql';
import { execute, GraphQLError, parse, validate } from 'graphql';
import type { SubgraphResponse } from '../../src/subgraph-fetch/subgraph-request.ts';
import type { Subgraph } from './define-subgraph.ts';

/** A GraphQL request body as a subgraph receives it. */
export interface GraphQLRequestBody {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Parses, validates and executes as a subgraph server does. Request and answer pass through JSON, so
 * nothing gets across that a wire would lose.
 */
export async function executeOnSubgraph(
  subgraph: Subgraph,
  body: GraphQLRequestBody,
): Promise<SubgraphResponse> {
  const document = parseOrErrors(body.query);
  if (!('kind' in document)) return document;
  const invalid = validate(subgraph.schema, document);
  if (invalid.length > 0) return toJson({ errors: invalid.map((error) => error.toJSON()) });
  const result = await execute({
    schema: subgraph.schema,
    document,
    ...(body.operationName === undefined ? {} : { operationName: body.operationName }),
    variableValues: toJson(body.variables ?? {}),
  });
  return toJson(result);
}

function parseOrErrors(query: string): DocumentNode | SubgraphResponse {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return toJson({ errors: [error.toJSON()] });
    throw error;
  }
}

function toJson<Result>(value: unknown): Result {
  return JSON.parse(JSON.stringify(value)) as Result;
}

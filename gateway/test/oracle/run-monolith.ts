import { Supergraph } from '@apollo/federation-internals';
import type { GraphQLResolverMap } from '@apollo/subgraph';
import { addResolversToSchema } from '@apollo/subgraph';
import type { GraphQLSchema } from 'graphql';
import { buildSchema, execute, parse, printSchema } from 'graphql';
import type { Resolvers } from '../kit/define-subgraph.ts';
import type { Answer } from './answer.ts';
import { toAnswer } from './answer.ts';
import type { OracleOperation } from './oracle-graph.ts';

/**
 * One schema without federation: the types are those of the supergraph's API schema (as Apollo's
 * library sees them, not as ours does), the resolvers are the graph's own.
 */
export function buildMonolith(supergraphSdl: string, resolvers: Resolvers): GraphQLSchema {
  const supergraph = Supergraph.build(supergraphSdl, {
    validateSupergraph: false,
    supportedFeatures: null,
  });
  const schema = buildSchema(
    printSchema(supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true })),
  );
  addResolversToSchema(schema, resolvers as GraphQLResolverMap<unknown>);
  return schema;
}

/** Executes with graphql-js alone. */
export async function answerFromMonolith(
  schema: GraphQLSchema,
  operation: OracleOperation,
): Promise<Answer> {
  const result = await execute({
    schema,
    document: parse(operation.query),
    variableValues: { ...operation.variables },
    ...(operation.operationName === undefined ? {} : { operationName: operation.operationName }),
  });
  return toAnswer(result);
}

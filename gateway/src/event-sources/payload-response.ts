import type { DocumentNode, GraphQLSchema } from 'graphql';
import { executeSync, parse, print, visit } from 'graphql';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';

export interface PayloadOperation {
  /** The primary fetch of a subscription's plan: one root field. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fieldName: string;
  readonly schema: GraphQLSchema;
}

/**
 * Answers the primary fetch of a subscription as its subgraph would (GraphQL, section 6.2.3.2), from
 * the payload of an event: a field is what the payload has under its name. What is missing though the
 * schema has it non-null is an error of the response.
 */
export function createPayloadResponder(
  options: PayloadOperation,
): (payload: unknown) => SubgraphResponse {
  const { schema, fieldName, variables: variableValues } = options;
  const document = withoutArguments(parse(options.operation, { noLocation: true }));
  return (payload) => {
    const rootValue = { [fieldName]: payload };
    const { data, errors } = executeSync({
      schema,
      document,
      rootValue,
      variableValues,
      fieldResolver: (source, _arguments, _context, info) => ownField(source, info.fieldName),
    });
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined
        ? {}
        : { errors: errors.map(({ message, path = [] }) => ({ message, path })) }),
    };
  };
}

/**
 * The arguments have chosen the topic; what is left of the variables are conditions. The schema that
 * answers are read by knows neither arguments nor input types.
 */
function withoutArguments(document: DocumentNode): DocumentNode {
  return visit(document, {
    VariableDefinition: ({ type }) => (print(type).startsWith('Boolean') ? undefined : null),
    Field: (node) => ({ ...node, arguments: [] }),
  });
}

/** Never what JSON objects inherit. */
function ownField(source: unknown, name: string): unknown {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name))
    return undefined;
  return (source as Record<string, unknown>)[name];
}

import type { DocumentNode, FieldDefinitionNode, OperationDefinitionNode } from 'graphql';
import { GraphQLObjectType, GraphQLSchema, Kind, parse, print } from 'graphql';
import type { Subgraph } from '../kit/define-subgraph.ts';

/**
 * The subgraph with the fields of its query type under `Subscription` too: one event, made by the
 * resolver of the query. Without shareable ones, since a subscription has one source. Undefined where
 * the query type has another name.
 */
export function withLiveFields(subgraph: Subgraph): Subgraph | undefined {
  const queryType = subgraph.schema.getQueryType();
  if (queryType?.name !== 'Query') return undefined;
  const fields = queryFieldsIn(subgraph.typeDefs).filter((field) => !isShareable(field));
  if (fields.length === 0) return subgraph;
  const config = queryType.toConfig();
  const subscription = new GraphQLObjectType({
    name: 'Subscription',
    fields: Object.fromEntries(
      fields.map(({ name: { value: name } }) => [
        name,
        { ...config.fields[name], subscribe: oneEvent } as (typeof config.fields)[string],
      ]),
    ),
  });
  return {
    ...subgraph,
    typeDefs: addSubscription(subgraph.typeDefs, fields),
    schema: new GraphQLSchema({ ...subgraph.schema.toConfig(), subscription }),
  };
}

export interface LiveOperation {
  readonly query: string;
  readonly fieldName: string;
}

/** A query of one root field as the subscription to it; undefined for all other operations. */
export function toSubscription(query: string): LiveOperation | undefined {
  const document = parse(query);
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) return undefined;
  const fieldName = onlyFieldOf(operation);
  if (fieldName === undefined) return undefined;
  const live: OperationDefinitionNode = { ...operation, operation: 'subscription' as never };
  const definitions = document.definitions.map((one) => (one === operation ? live : one));
  return { query: print({ ...document, definitions }), fieldName };
}

function onlyFieldOf({ operation, selectionSet }: OperationDefinitionNode): string | undefined {
  const [field, another] = selectionSet.selections;
  if (operation !== 'query' || another !== undefined || field?.kind !== Kind.FIELD)
    return undefined;
  return (field.directives ?? []).length > 0 ? undefined : field.name.value;
}

/** Nothing, as is the root of a query. */
async function* oneEvent(): AsyncGenerator<undefined> {
  yield undefined;
}

function queryFieldsIn(document: DocumentNode): readonly FieldDefinitionNode[] {
  return document.definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    definition.name.value === 'Query'
      ? (definition.fields ?? [])
      : [],
  );
}

function isShareable({ directives = [] }: FieldDefinitionNode): boolean {
  return directives.some(({ name }) => name.value === 'shareable');
}

function addSubscription(
  document: DocumentNode,
  fields: readonly FieldDefinitionNode[],
): DocumentNode {
  const name = { kind: Kind.NAME, value: 'Subscription' } as const;
  const type = { kind: Kind.OBJECT_TYPE_DEFINITION, name, fields } as const;
  return { ...document, definitions: [...document.definitions, type] };
}

import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { executeSync, Kind, OperationTypeNode } from 'graphql';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { CollectedField, SelectionContext } from './collect-fields.ts';

/** Answers `__schema` or `__type` from the schema (GraphQL specification, section 4). */
export function introspect(
  field: CollectedField,
  context: SelectionContext & { readonly normalized: NormalizedOperation },
): unknown {
  const { operation, fragments } = context.normalized;
  const introspection: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: operation.variableDefinitions ?? [],
    selectionSet: { kind: Kind.SELECTION_SET, selections: field.nodes },
  };
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [introspection, ...fragments.values()],
  };
  const { data } = executeSync({
    schema: context.schema,
    document,
    variableValues: context.variables,
  });
  return data?.[field.responseName] ?? null;
}

import type { DefinitionNode, DocumentNode, FieldDefinitionNode } from 'graphql';
import { Kind, print } from 'graphql';

/**
 * SDL of the types and fields of a supergraph, inaccessible ones among them, and nothing else: the
 * executor asks what fields an object has and of which type they are.
 */
export function printExecutionSdl(supergraph: DocumentNode): string {
  return print({ kind: Kind.DOCUMENT, definitions: supergraph.definitions.flatMap(bare) });
}

function bare(definition: DefinitionNode): DefinitionNode[] {
  switch (definition.kind) {
    case Kind.SCHEMA_DEFINITION:
      return [{ kind: definition.kind, operationTypes: definition.operationTypes }];
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const { kind, name, interfaces = [], fields = [] } = definition;
      return [{ kind, name, interfaces, fields: fields.map(bareField) }];
    }
    case Kind.UNION_TYPE_DEFINITION: {
      const { kind, name, types = [] } = definition;
      return [{ kind, name, types }];
    }
    case Kind.ENUM_TYPE_DEFINITION: {
      const { kind, name, values = [] } = definition;
      return [
        { kind, name, values: values.map((value) => ({ kind: value.kind, name: value.name })) },
      ];
    }
    case Kind.SCALAR_TYPE_DEFINITION:
      return [{ kind: definition.kind, name: definition.name }];
    default:
      return [];
  }
}

function bareField({ kind, name, type }: FieldDefinitionNode): FieldDefinitionNode {
  return { kind, name, type };
}

import type { CoreFeatures } from '@apollo/federation-internals';
import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from 'graphql';
import { Kind } from 'graphql';

/**
 * Names of `@tag` by schema coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`.
 */
export type SchemaTags = ReadonlyMap<string, ReadonlySet<string>>;

interface Tagged {
  readonly name: { readonly value: string };
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Reads the tags of a supergraph, whatever name the directive was imported by. */
export function readSchemaTags(supergraph: DocumentNode, features: CoreFeatures): SchemaTags {
  const tags = new Map<string, ReadonlySet<string>>();
  const feature = features.getByIdentity('https://specs.apollo.dev/tag');
  if (feature === undefined) return tags;
  const directiveName = feature.directiveNameInSchema('tag');
  const read = (coordinate: string, node: Tagged): void => {
    const names = namesOf(node, directiveName);
    if (names.length > 0) tags.set(coordinate, new Set(names));
  };
  for (const definition of supergraph.definitions) readDefinition(definition, read);
  return tags;
}

function readDefinition(
  definition: DefinitionNode,
  read: (coordinate: string, node: Tagged) => void,
): void {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      for (const field of definition.fields ?? []) {
        const coordinate = `${definition.name.value}.${field.name.value}`;
        read(coordinate, field);
        if (field.kind !== Kind.FIELD_DEFINITION) continue;
        for (const argument of field.arguments ?? []) {
          read(`${coordinate}(${argument.name.value}:)`, argument);
        }
      }
      break;
    case Kind.ENUM_TYPE_DEFINITION:
      for (const value of definition.values ?? []) {
        read(`${definition.name.value}.${value.name.value}`, value);
      }
      break;
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
      break;
    default:
      return;
  }
  read(definition.name.value, definition);
}

function namesOf({ directives = [] }: Tagged, directiveName: string): readonly string[] {
  return directives.flatMap(({ name, arguments: given = [] }) =>
    name.value === directiveName
      ? given.flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []))
      : [],
  );
}

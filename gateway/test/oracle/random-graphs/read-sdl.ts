import type { ConstDirectiveNode, DocumentNode, SelectionSetNode, TypeNode } from 'graphql';
import { Kind, parse, valueFromASTUntyped } from 'graphql';
import type { TypeDefinition } from './graph-facts.ts';

/** The types that the document defines or extends; those that hold fields, members or values. */
export function typeDefinitionsOf(document: DocumentNode): readonly TypeDefinition[] {
  return document.definitions.flatMap((definition): TypeDefinition[] => {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return [definition];
      case Kind.OBJECT_TYPE_EXTENSION:
        return [{ ...definition, kind: Kind.OBJECT_TYPE_DEFINITION }];
      default:
        return [];
    }
  });
}

/** The arguments of each directive of the name. */
export function directivesNamed(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  return (node.directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map((directive) =>
      Object.fromEntries(
        (directive.arguments ?? []).map((argument) => [
          argument.name.value,
          valueFromASTUntyped(argument.value),
        ]),
      ),
    );
}

/** True when the node has this tag, by which a schema says how its data are derived. */
export function hasTag(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): boolean {
  return directivesNamed(node, 'tag').some((tag) => tag.name === name);
}

/** Reads `"id ref { no }"`. */
export function fieldSetOf(text: unknown): SelectionSetNode {
  const [operation] = parse(`{ ${String(text)} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No field set: ${text}`);
  return operation.selectionSet;
}

export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}

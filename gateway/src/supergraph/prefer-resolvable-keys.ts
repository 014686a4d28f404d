import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from 'graphql';
import { Kind } from 'graphql';

/**
 * Puts the keys that a subgraph can resolve before those that it cannot.
 * To come back to a subgraph after an `@requires`, the planner takes the type's first key of local
 * fields and does not look at `resolvable: false`; the subgraph then answers null. In this order the
 * first key is one that works.
 */
export function preferResolvableKeys(supergraph: DocumentNode): DocumentNode {
  return { ...supergraph, definitions: supergraph.definitions.map(withResolvableKeysFirst) };
}

function withResolvableKeysFirst(definition: DefinitionNode): DefinitionNode {
  if (
    definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
    definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
  ) {
    return definition;
  }
  const directives = definition.directives ?? [];
  return {
    ...definition,
    directives: [
      ...directives.filter((directive) => !isUnresolvableKey(directive)),
      ...directives.filter(isUnresolvableKey),
    ],
  };
}

function isUnresolvableKey(directive: ConstDirectiveNode): boolean {
  if (directive.name.value !== 'join__type') return false;
  const resolvable = directive.arguments?.find(({ name }) => name.value === 'resolvable')?.value;
  return resolvable?.kind === Kind.BOOLEAN && !resolvable.value;
}

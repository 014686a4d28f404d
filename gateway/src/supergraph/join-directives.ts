import type { ConstDirectiveNode, ConstValueNode, DocumentNode, SelectionNode } from 'graphql';
import { Kind, parse } from 'graphql';

/** The argument of a directive, as it is written. */
export function argumentOf(
  directive: ConstDirectiveNode,
  name: string,
): ConstValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

/** The selections of a field set such as `id owner { name }`. */
export function parseFieldSet(fieldSet: string): readonly SelectionNode[] {
  const [operation] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
}

/** Subgraph names by their value of the enum `join__Graph`. */
export function readSubgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    if (definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const graph = value.directives?.find(({ name }) => name.value === 'join__graph');
      const name = graph === undefined ? undefined : argumentOf(graph, 'name');
      if (name?.kind === Kind.STRING) names.set(value.name.value, name.value);
    }
  }
  return names;
}

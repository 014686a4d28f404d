import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLSchema,
  InlineFragmentNode,
} from 'graphql';
import { Kind, OperationTypeNode, visit } from 'graphql';

/**
 * Takes the type condition from fragments on root types. A subgraph may call its root type by another
 * name than the graph does, which the planner forgets where such a fragment has a condition.
 */
export function openRootFragments(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const rootNames = new Set(
    Object.values(OperationTypeNode).map((kind) => schema.getRootType(kind)?.name),
  );
  const rootFragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    if (!rootNames.has(definition.typeCondition.name.value)) continue;
    rootFragments.set(definition.name.value, definition);
  }
  return visit(document, {
    InlineFragment: (node): InlineFragmentNode | undefined => {
      const { typeCondition, ...open } = node;
      return typeCondition && rootNames.has(typeCondition.name.value) ? open : undefined;
    },
    FragmentSpread: (node): InlineFragmentNode | undefined => {
      const fragment = rootFragments.get(node.name.value);
      if (fragment === undefined) return undefined;
      const { selectionSet } = fragment;
      return { kind: Kind.INLINE_FRAGMENT, directives: node.directives ?? [], selectionSet };
    },
  });
}

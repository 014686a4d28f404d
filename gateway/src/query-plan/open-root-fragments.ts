import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLSchema,
  InlineFragmentNode,
} from 'graphql';
import { Kind, OperationTypeNode, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { FetchNode } from './plan-node.ts';

/**
 * Takes the type condition from fragments on root types. A subgraph may call its root type by another
 * name than the graph does, which the planner forgets where such a fragment has a condition.
 */
export function openRootFragments(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const rootNames = rootNamesOf(schema);
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

/** The same for a fetch of a plan: the planner puts deferred root fields in such a fragment itself. */
export function openRootFetch(fetch: FetchNode, schema: GraphQLSchema): FetchNode {
  const conditions = fetch.operation.matchAll(/\.\.\.on (\w+)/g).map(([, name = '']) => name);
  const rootNames = rootNamesOf(schema);
  if (fetch.requires !== undefined || !conditions.some((name) => rootNames.has(name))) return fetch;
  const document = openRootFragments(parse(fetch.operation, { noLocation: true }), schema);
  return { ...fetch, operation: stripIgnoredCharacters(print(document)) };
}

function rootNamesOf(schema: GraphQLSchema): ReadonlySet<string | undefined> {
  return new Set(Object.values(OperationTypeNode).map((kind) => schema.getRootType(kind)?.name));
}

import type { DocumentNode, SelectionNode } from 'graphql';
import { Kind } from 'graphql';
import { argumentOf, parseFieldSet, readSubgraphNames } from './join-directives.ts';

/** Paths of the leaf fields of one key, such as `id` and `organisation, id`. */
export type KeyPaths = readonly (readonly string[])[];

/** All keys of each entity, by subgraph and type. */
export type EntityKeyPaths = ReadonlyMap<string, readonly KeyPaths[]>;

/** The keys by which subgraphs know entities. */
export class EntityKeys {
  /** The same as plain data. */
  readonly paths: EntityKeyPaths;

  constructor(paths: EntityKeyPaths) {
    this.paths = paths;
  }

  /** Empty when the type is no entity of the subgraph. */
  of(subgraph: string, typeName: string): readonly KeyPaths[] {
    return this.paths.get(nameOf(subgraph, typeName)) ?? [];
  }
}

function nameOf(subgraph: string, typeName: string): string {
  return `${subgraph} ${typeName}`;
}

/** Reads the keys of all entities from the supergraph's `@join__type`. */
export function readEntityKeys(supergraph: DocumentNode): EntityKeys {
  const paths = new Map<string, KeyPaths[]>();
  const subgraphs = readSubgraphNames(supergraph);
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    for (const directive of definition.directives ?? []) {
      if (directive.name.value !== 'join__type') continue;
      const graph = argumentOf(directive, 'graph');
      const key = argumentOf(directive, 'key');
      if (graph?.kind !== Kind.ENUM || key?.kind !== Kind.STRING) continue;
      const subgraph = subgraphs.get(graph.value) ?? graph.value;
      const name = nameOf(subgraph, definition.name.value);
      const keys = paths.get(name) ?? [];
      paths.set(name, keys);
      keys.push(leafPaths(parseFieldSet(key.value), []));
    }
  }
  return new EntityKeys(paths);
}

function leafPaths(selections: readonly SelectionNode[], path: readonly string[]): KeyPaths {
  return selections.flatMap((selection): KeyPaths => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return leafPaths(selection.selectionSet.selections, path);
    }
    const ownPath = [...path, selection.name.value];
    return selection.selectionSet === undefined
      ? [ownPath]
      : leafPaths(selection.selectionSet.selections, ownPath);
  });
}

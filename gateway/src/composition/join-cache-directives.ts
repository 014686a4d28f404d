import type { Directive, Schema, SchemaElement, Subgraphs } from '@apollo/federation-internals';
import { isUnionType } from '@apollo/federation-internals';
import type { CacheDirective } from '../entity-cache/cache-statements.ts';
import { joinedNames, unionArgument } from '../entity-cache/cache-statements.ts';

type Element = SchemaElement<never, never>;

/** One directive of a subgraph, and where the supergraph can keep it. */
interface Statement {
  readonly directive: CacheDirective;
  readonly keeper: Element;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Adds to a composed supergraph what its subgraphs say of caching and composition drops: each
 * `@cacheControl`, and `@cacheTag` where a subgraph defines it itself. `@join__directive` keeps who says
 * it. True when there was something to add.
 */
export function joinCacheDirectives(supergraph: Schema, subgraphs: Subgraphs): boolean {
  const graphs = graphNames(supergraph);
  let isChanged = false;
  for (const { name, schema } of subgraphs.values()) {
    const graph = graphs.get(name);
    if (graph === undefined) continue;
    for (const { directive, keeper, args } of statementsOf(schema, supergraph)) {
      if (isKept({ directive, keeper, args }, graph)) continue;
      keeper.applyDirective('join__directive', { graphs: [graph], name: directive, args });
      isChanged = true;
    }
  }
  return isChanged;
}

/** Values of the enum `join__Graph` by subgraph. */
function graphNames(supergraph: Schema): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const type = supergraph.type('join__Graph');
  if (type?.kind !== 'EnumType') return names;
  for (const value of type.values) {
    const [graph] = value.appliedDirectivesOf<{ name: string }>('join__graph');
    if (graph !== undefined) names.set(graph.arguments().name, value.name);
  }
  return names;
}

function statementsOf(subgraph: Schema, supergraph: Schema): readonly Statement[] {
  const statements: Statement[] = [];
  const add = (element: unknown, keeper: unknown, place: Readonly<Record<string, unknown>>) => {
    for (const applied of (element as Element).appliedDirectives) {
      const directive = meaningOf(applied, subgraph);
      if (directive === undefined || keeper === undefined) continue;
      const args = { ...place, ...applied.arguments() };
      statements.push({ directive, keeper: keeper as Element, args });
    }
  };
  for (const type of [
    ...subgraph.objectTypes(),
    ...subgraph.interfaceTypes(),
    ...subgraph.unionTypes(),
  ]) {
    const composed = supergraph.type(type.name);
    if (isUnionType(type)) {
      const keeper = composed === undefined ? undefined : supergraph.schemaDefinition;
      add(type, keeper, { [unionArgument]: type.name });
      continue;
    }
    add(type, composed, {});
    if (composed?.kind !== 'ObjectType' && composed?.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) add(field, composed.field(field.name), {});
  }
  return statements;
}

/** What a directive is, whatever name the subgraph imports it by. */
function meaningOf(applied: Directive<never>, subgraph: Schema): CacheDirective | undefined {
  const source = subgraph.coreFeatures?.sourceFeature(applied);
  const name = source?.nameInFeature ?? applied.name;
  return name === 'cacheControl' || name === 'cacheTag' ? name : undefined;
}

/** Composition keeps the `@cacheTag` of the federation specification itself. */
function isKept({ directive, keeper, args }: Statement, graph: string): boolean {
  return keeper.appliedDirectivesOf('join__directive').some((join) => {
    const { graphs, name, args: kept } = join.arguments();
    return (
      joinedNames.get(String(name)) === directive &&
      (graphs as readonly unknown[]).includes(graph) &&
      (kept as Record<string, unknown>).format === args.format &&
      directive === 'cacheTag'
    );
  });
}

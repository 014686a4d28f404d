import type { CoreFeatures } from '@apollo/federation-internals';
import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  TypeDefinitionNode,
} from 'graphql';
import { Kind, valueFromASTUntyped } from 'graphql';
import {
  argumentOf,
  graphOf,
  joinsOf,
  readSubgraphNames,
  textOf,
} from '../supergraph/join-directives.ts';

export type CacheDirective = 'cacheControl' | 'cacheTag';

/** One `@cacheControl` or `@cacheTag`: who says it, and of what. */
export interface CacheStatement {
  readonly directive: CacheDirective;
  readonly subgraphs: readonly string[];
  readonly type: CachedType;
  /** Absent when it is about the type. */
  readonly field?: FieldDefinitionNode;
  readonly arguments: Readonly<Record<string, unknown>>;
}

type CachedType = Extract<
  TypeDefinitionNode,
  {
    readonly kind:
      | Kind.OBJECT_TYPE_DEFINITION
      | Kind.INTERFACE_TYPE_DEFINITION
      | Kind.UNION_TYPE_DEFINITION;
  }
>;

/** Names that composition gives the directives of one subgraph. */
export const joinedNames: ReadonlyMap<string, CacheDirective> = new Map([
  ['cacheControl', 'cacheControl'],
  ['cacheTag', 'cacheTag'],
  ['federation__cacheTag', 'cacheTag'],
]);

/** The argument by which the schema's `@join__directive` names a union, which can have none. */
export const unionArgument = 'union';

/**
 * All that a supergraph says of caching. Where composition has kept who says what, as
 * `composeSubgraphs` does, that counts; else `@cacheControl` as `@composeDirective` leaves it holds for
 * all subgraphs that have the element.
 */
export function findCacheStatements(
  supergraph: DocumentNode,
  features: CoreFeatures | undefined,
): readonly CacheStatement[] {
  const search = new StatementSearch(supergraph, features);
  const joined = search.joined();
  const keepsWhoSays = joined.some(({ directive }) => directive === 'cacheControl');
  return keepsWhoSays ? joined : [...joined, ...search.composed()];
}

interface CachedElement {
  readonly type: CachedType;
  readonly field?: FieldDefinitionNode;
  readonly directives: readonly ConstDirectiveNode[];
}

class StatementSearch {
  readonly #subgraphs: ReadonlyMap<string, string>;
  readonly #elements: readonly CachedElement[];
  readonly #ofSchema: readonly ConstDirectiveNode[];
  readonly #composedNames: ReadonlySet<string>;

  constructor(supergraph: DocumentNode, features: CoreFeatures | undefined) {
    this.#subgraphs = readSubgraphNames(supergraph);
    this.#elements = supergraph.definitions.flatMap((definition) =>
      isCachedType(definition) ? elementsOf(definition) : [],
    );
    this.#ofSchema = supergraph.definitions.flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION ? (definition.directives ?? []) : [],
    );
    this.#composedNames = composedNames(features);
  }

  /** What `@join__directive` keeps. */
  joined(): CacheStatement[] {
    const ofElements = this.#elements.flatMap(({ directives, ...element }) =>
      directives.flatMap((one) => this.#readJoined(one, element)),
    );
    return [...ofElements, ...this.#ofSchema.flatMap((one) => this.#readJoined(one))];
  }

  /** What `@composeDirective` keeps. */
  composed(): CacheStatement[] {
    return this.#elements.flatMap(({ directives, ...element }) =>
      directives
        .filter(({ name }) => this.#composedNames.has(name.value))
        .map((directive) => ({
          directive: 'cacheControl' as const,
          subgraphs: this.#ownersOf(element),
          ...element,
          arguments: Object.fromEntries(
            (directive.arguments ?? []).map(({ name, value }) => [
              name.value,
              valueFromASTUntyped(value),
            ]),
          ),
        })),
    );
  }

  #readJoined(
    join: ConstDirectiveNode,
    place?: Omit<CachedElement, 'directives'>,
  ): CacheStatement[] {
    if (join.name.value !== 'join__directive') return [];
    const directive = joinedNames.get(textOf(join, 'name') ?? '');
    if (directive === undefined) return [];
    const args = argumentOf(join, 'args');
    const given = (args === undefined ? {} : valueFromASTUntyped(args)) as Record<string, unknown>;
    const { [unionArgument]: union, ...own } = given;
    const element = place ?? this.#elements.find(({ type }) => type.name.value === union);
    if (element === undefined) return [];
    const { type, field } = element;
    const subgraphs = this.#namedIn(join);
    return [
      { directive, subgraphs, type, ...(field && { field }), arguments: place ? given : own },
    ];
  }

  #namedIn(join: ConstDirectiveNode): readonly string[] {
    const graphs = argumentOf(join, 'graphs');
    const values = graphs?.kind === Kind.LIST ? graphs.values : graphs ? [graphs] : [];
    return values.flatMap((value) => (value.kind === Kind.ENUM ? this.#nameOf(value.value) : []));
  }

  /** The subgraphs that have the element: those that it names, else all that have its type. */
  #ownersOf({ type, field }: Omit<CachedElement, 'directives'>): readonly string[] {
    const ofField = field === undefined ? [] : joinsOf(field, 'join__field');
    const joins = ofField.some((join) => graphOf(join) !== undefined)
      ? ofField
      : joinsOf(type, 'join__type');
    const graphs = joins.flatMap((join) => graphOf(join) ?? []);
    return [...new Set(graphs)].map((graph) => this.#nameOf(graph));
  }

  #nameOf(graph: string): string {
    return this.#subgraphs.get(graph) ?? graph;
  }
}

function isCachedType(definition: DocumentNode['definitions'][number]): definition is CachedType {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.UNION_TYPE_DEFINITION
  );
}

function elementsOf(type: CachedType): CachedElement[] {
  const fields = 'fields' in type ? (type.fields ?? []) : [];
  return [
    { type, directives: type.directives ?? [] },
    ...fields.map((field) => ({ type, field, directives: field.directives ?? [] })),
  ];
}

/** Whatever name it was imported by. */
function composedNames(features: CoreFeatures | undefined): ReadonlySet<string> {
  const names = new Set(['cacheControl']);
  for (const { imports } of features?.allFeatures() ?? []) {
    for (const { name, as = name } of imports) {
      if (name === '@cacheControl') names.add(as.slice(1));
    }
  }
  return names;
}

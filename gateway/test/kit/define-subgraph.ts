import type { GraphQLResolverMap, GraphQLSchemaModule } from '@apollo/subgraph';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { DocumentNode, GraphQLResolveInfo, GraphQLScalarType, GraphQLSchema } from 'graphql';
import { parse } from 'graphql';

/** One row of fixture data, or the arguments of a field. */
export type Row = Readonly<Record<string, unknown>>;

interface ResolverSignature {
  // A method, so that a fixture may annotate its own row type (method parameters are bivariant).
  resolve(source: Row, args: Row, context: unknown, info: GraphQLResolveInfo): unknown;
}

export type Resolver = ResolverSignature['resolve'];

/** A subscription field: where its events come from, and what it makes of one. */
export interface SubscriptionResolver {
  subscribe(source: Row, args: Row): AsyncIterable<unknown>;
  resolve(event: Row, args: Row): unknown;
}

/** Resolvers by type and field; `__resolveReference` and `__resolveType` as in Apollo Subgraph. */
export type Resolvers = Readonly<
  Record<
    string,
    | Readonly<Record<string, Resolver | SubscriptionResolver>>
    | GraphQLScalarType
    | Readonly<Record<string, string>>
  >
>;

export interface SubgraphDefinition {
  readonly name: string;
  /** SDL without the `@link` to the federation specification, which `federation` adds. */
  readonly typeDefs: string;
  readonly resolvers?: Resolvers;
  /** 2 links the federation directives that the SDL uses; 1 leaves the SDL as it is. Default 2. */
  readonly federation?: 1 | 2;
}

/** A real federation subgraph: an executable schema and the SDL that composition reads. */
export interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
  readonly schema: GraphQLSchema;
}

const federationDirectives = [
  'authenticated',
  'cacheTag',
  'composeDirective',
  'context',
  'cost',
  'extends',
  'external',
  'fromContext',
  'inaccessible',
  'interfaceObject',
  'key',
  'listSize',
  'override',
  'policy',
  'provides',
  'requires',
  'requiresScopes',
  'shareable',
  'tag',
];

type ApolloResolvers = GraphQLResolverMap<unknown>;

/** Builds an executable subgraph from SDL and resolvers. Throws when the SDL is not valid. */
export function defineSubgraph({
  name,
  typeDefs,
  resolvers = {},
  federation = 2,
}: SubgraphDefinition): Subgraph {
  const document = parse(federation === 2 ? `${linkTo(typeDefs)}\n${typeDefs}` : typeDefs);
  // Apollo types its resolver map with `any` parameters, which a stricter signature cannot meet.
  const module: GraphQLSchemaModule = {
    typeDefs: document,
    resolvers: resolvers as ApolloResolvers,
  };
  return {
    name,
    url: `http://${name}.test/graphql`,
    typeDefs: document,
    schema: buildSubgraphSchema([module]),
  };
}

function linkTo(typeDefs: string): string {
  const used = federationDirectives.filter((name) => new RegExp(`@${name}\\b`).test(typeDefs));
  const imports = used.map((name) => `"@${name}"`).join(', ');
  // Fixtures that do not need it keep the version that others are likely to have.
  const version = used.includes('cacheTag') ? 'v2.12' : 'v2.9';
  return `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: [${imports}])`;
}

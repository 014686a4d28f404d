import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';

/** A subgraph of the benchmark: what composition reads, and a schema that can be executed. */
export interface FixtureSubgraph {
  readonly name: string;
  readonly typeDefs: DocumentNode;
  readonly schema: GraphQLSchema;
}

/** Builds a subgraph from SDL that uses the federation directives named in `directives`. */
export function defineFixtureSubgraph({
  name,
  directives,
  sdl,
  resolvers,
}: {
  readonly name: string;
  readonly directives: readonly string[];
  readonly sdl: string;
  readonly resolvers: GraphQLResolverMap<unknown>;
}): FixtureSubgraph {
  const imports = directives.map((directive) => `"@${directive}"`).join(', ');
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;
  const typeDefs = parse(`${link}\n${sdl}`);
  return { name, typeDefs, schema: buildSubgraphSchema([{ typeDefs, resolvers }]) };
}

/** What the gateway sends to `_entities`, as far as these subgraphs read it. */
export interface Reference {
  readonly id: string;
}

import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  visit,
} from 'graphql';
import type { FixtureSubgraph } from './fixture-subgraph.ts';

/** The subgraph that defines a type; in Federation 1 all others extend it. */
const ownerOf: Readonly<Record<string, string>> = {
  User: 'accounts',
  Product: 'products',
  Listing: 'products',
  Review: 'reviews',
  PriceChange: 'prices',
};

/** SDL of each subgraph by name, in the words of Federation 1, which knows owners and no `@link`. */
export function toFederationOneSdl(
  subgraphs: readonly FixtureSubgraph[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    subgraphs.map(({ name, typeDefs }) => [name, print(toFederationOne(name, typeDefs))]),
  );
}

function toFederationOne(subgraph: string, typeDefs: DocumentNode): DocumentNode {
  return visit(typeDefs, {
    SchemaExtension: () => null,
    // Whether a key is resolvable is not said in Federation 1.
    Argument: ({ name }) => (name.value === 'resolvable' ? null : undefined),
    ObjectTypeDefinition: (type) => {
      if (ownerOf[type.name.value] === subgraph) {
        return undefined;
      }
      return { ...withExternalKey(type), kind: Kind.OBJECT_TYPE_EXTENSION };
    },
  });
}

/** All keys of the fixture are `id`. */
function withExternalKey(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const external: ConstDirectiveNode = {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'external' },
  };
  return {
    ...type,
    fields: (type.fields ?? []).map((field) =>
      field.name.value === 'id' ? { ...field, directives: [external] } : field,
    ),
  };
}

import { derivedOracleGraph } from '../random-graphs/derived-oracle-graph.ts';

/** `@provides` through unions, interfaces and nested objects; who provides is asked for no more. */
export const larder = derivedOracleGraph(
  'larder',
  [
    {
      name: 'shelf',
      typeDefs: `
        type Query {
          best: Stored @provides(fields: "... on Jam { fruit } ... on Salt { grain }")
          stored: [Stored!]!
          sweet: [Sweet] @provides(fields: "... on Jam { fruit maker { town } }")
          jam: Jam @provides(fields: "fruit sugar")
          maker: Maker
        }
        union Stored = Jam | Salt
        interface Sweet { id: ID! }
        type Jam implements Sweet @key(fields: "id") {
          id: ID! fruit: String! @external sugar: Float! @external maker: Maker! @external jar: Int
        }
        type Honey implements Sweet @key(fields: "id") { id: ID! }
        type Salt @key(fields: "id") { id: ID! grain: Int @external }
        type Maker @key(fields: "id") {
          id: ID! town: Town @external jams: [Jam!] @provides(fields: "maker { id town }")
        }
        scalar Town`,
    },
    {
      name: 'kitchen',
      typeDefs: `
        type Query { boiling: Jam }
        type Jam @key(fields: "id") {
          id: ID! fruit: String! @shareable sugar: Float! @shareable maker: Maker! @shareable
          taste: String
        }
        type Honey @key(fields: "id") { id: ID! bees: Int }
        type Salt @key(fields: "id") { id: ID! grain: Int @shareable sea: Boolean }
        type Maker @key(fields: "id") { id: ID! town: Town @shareable since: Int }
        scalar Town`,
    },
  ],
  {
    'what a union provides': '{ best { ... on Jam { fruit } ... on Salt { grain } } }',
    'what a union provides, and more':
      '{ best { ... on Jam { fruit taste sugar } ... on Salt { sea } } }',
    'the same union where it provides nothing':
      '{ stored { ... on Jam { fruit jar } ... on Salt { grain } } }',
    'what an interface provides': '{ sweet { id ... on Jam { fruit } } }',
    'what an interface provides two levels deep':
      '{ sweet { ... on Jam { maker { town } } ... on Honey { bees } } }',
    'an object of which a part is provided': '{ sweet { ... on Jam { maker { town since } } } }',
    'one of two provided fields': '{ jam { fruit } }',
    'one of two under an alias': '{ jam { sugar: fruit id } }',
    'one in a fragment without a type': '{ jam { ... { fruit } ... { taste } } }',
    'one in a named fragment': '{ jam { ...F } } fragment F on Jam { fruit }',
    'one that is left out': '{ jam { id ... on Jam @skip(if: true) { sugar } } }',
    'one that a variable leaves out': {
      query: 'query ($on: Boolean!) { jam { id sugar @include(if: $on) fruit @skip(if: $on) } }',
      variables: { on: false },
    },
    'a provided object that leads back': '{ maker { jams { maker { id town jams { id } } } } }',
    'nothing that is provided': '{ jam { id jar taste } boiling { fruit jar } }',
  },
);

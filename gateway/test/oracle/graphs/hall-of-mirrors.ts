import { derivedOracleGraph } from '../random-graphs/derived-oracle-graph.ts';

/** An entity interface that leads to itself, and what other subgraphs add to it or only refer to. */
export const hallOfMirrors = derivedOracleGraph(
  'hall-of-mirrors',
  [
    {
      name: 'hall',
      typeDefs: `
        type Query { mirrors: [Mirror!]! first: Mirror flat: FlatMirror }
        interface Mirror @key(fields: "id") { id: ID! facing: Mirror frame: String }
        interface Framed { frame: String }
        type FlatMirror implements Mirror & Framed @key(fields: "id") {
          id: ID! facing: Mirror frame: String width: Int!
        }
        type RoundMirror implements Mirror & Framed @key(fields: "id") {
          id: ID! facing: Mirror frame: String radius: Int!
        }`,
    },
    {
      name: 'echo',
      typeDefs: `
        type Query { brightest: Mirror echoes: [Mirror] }
        type Mirror @key(fields: "id") @interfaceObject {
          id: ID!
          twin: Mirror
          circle: [Mirror!]!
          shine: Float!
        }`,
    },
    {
      name: 'tickets',
      typeDefs: `
        type Query { visit: Visit }
        type Visit @key(fields: "id") { id: ID! seen: [Mirror!] last: Mirror }
        type Mirror @key(fields: "id") @interfaceObject { id: ID! }`,
    },
    {
      name: 'guides',
      typeDefs: `
        type Query { guide: Guide! }
        type Guide { likes: FlatMirror all: [Shown!]! }
        type FlatMirror @key(fields: "id") { id: ID! note: String }
        type Visit @key(fields: "id") { id: ID! stars: Int }
        union Shown = FlatMirror | Visit`,
    },
  ],
  {
    'an interface that leads to itself': '{ mirrors { id facing { facing { id frame } } } }',
    'object types at each turn':
      '{ first { facing { ... on FlatMirror { width facing { ... on RoundMirror { radius } } } } } }',
    'from the interface object to itself': '{ brightest { twin { twin { id shine } } } }',
    'from the interface object to the interface and back':
      '{ echoes { twin { facing { circle { id frame } } } } }',
    'an added field behind every turn':
      '{ mirrors { twin { facing { twin { __typename id } } } } }',
    'the object type behind an interface object that adds nothing':
      '{ visit { seen { __typename id ... on RoundMirror { radius } } } }',
    'an added field of an interface object that another adds': '{ visit { last { shine frame } } }',
    'a field that one subgraph adds to one object type':
      '{ visit { last { ... on FlatMirror { note width shine } } } }',
    'from a reference to an object type to the interface object':
      '{ guide { likes { note twin { id } frame } } }',
    'a fragment on an interface that all object types have':
      '{ echoes { ... on Framed { frame } id } visit { seen { ... on Framed { frame } } } }',
    'a fragment that adds nothing to the interface object': '{ echoes { ... on Mirror { id } } }',
    'fragments within fragments of the other kind':
      '{ visit { seen { ... on FlatMirror { ... on Mirror { ... on Framed { frame } shine } } } } }',
    'a union beside the interface':
      '{ guide { all { __typename ... on Visit { stars last { id } } ... on FlatMirror { note shine } } } }',
    'the same name in all of them':
      '{ mirrors { facing { n: id } ... on FlatMirror { facing { n: id w: frame } } } }',
  },
);

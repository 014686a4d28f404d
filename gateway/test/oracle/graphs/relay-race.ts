import { derivedOracleGraph } from '../random-graphs/derived-oracle-graph.ts';

/** `@requires` of fields that require others themselves: through two, three and four subgraphs. */
export const relayRace = derivedOracleGraph(
  'relay-race',
  [
    {
      name: 'track',
      typeDefs: `
        type Query { race: Race races: [Race!]! starter: Runner }
        type Race @key(fields: "id") { id: ID! runners: [Runner!]! length: Int! }
        type Runner @key(fields: "id") {
          id: ID!
          lane: Int!
          pace: Float! @external
          split: String! @requires(fields: "pace")
          captain: Runner @external
          medals: [Int!] @external
          shirt: String @requires(fields: "captain { medals }")
        }`,
    },
    {
      name: 'clock',
      typeDefs: `
        type Query { fastest: [Runner] }
        type Runner @key(fields: "id") @key(fields: "chip") {
          id: ID!
          chip: ID!
          lane: Int! @external
          split: String! @external
          pace: Float! @requires(fields: "lane")
          rank: Int! @requires(fields: "split")
        }`,
    },
    {
      name: 'team',
      typeDefs: `
        type Query { anchor: Runner! }
        type Runner @key(fields: "chip") {
          chip: ID!
          rank: Int! @external
          medals: [Int!] @requires(fields: "rank")
          captain: Runner
          bonus: Int
        }`,
    },
    {
      name: 'press',
      typeDefs: `
        type Query { interviews: [[Runner!]!]! }
        type Runner @key(fields: "chip") {
          chip: ID!
          bonus: Int @external
          medals: [Int!] @external
          shirt: String @external
          headline: String! @requires(fields: "medals bonus")
          photo: String @requires(fields: "shirt")
        }`,
    },
  ],
  {
    'a field that requires one that requires one of the start': '{ race { runners { split } } }',
    'both ends of a chain of two': '{ race { runners { split pace lane } } }',
    'a chain of three that goes back to where it began': '{ races { runners { rank } } }',
    'a chain of four': '{ race { runners { medals } } }',
    'a chain of four from its last subgraph': '{ anchor { medals } }',
    'a chain of five from its last subgraph': '{ interviews { headline } }',
    'a chain from the middle': '{ fastest { headline medals } }',
    'a chain behind a required object': '{ starter { shirt } }',
    'a chain behind a required object, required itself': '{ fastest { photo } }',
    'the links of a chain under aliases':
      '{ starter { pace: rank rank: split medals: pace lane: headline } }',
    'links of a chain in fragments':
      '{ anchor { ...A ... on Runner { rank } } } fragment A on Runner { split captain { medals } }',
    'a link under a condition': {
      query:
        'query ($on: Boolean!) { fastest { medals @include(if: $on) rank @skip(if: $on) split } }',
      variables: { on: true },
    },
    'a chain where nothing is asked of the middle': '{ race { runners { captain { headline } } } }',
    'everything of everybody':
      '{ race { length runners { lane pace split rank medals headline shirt photo bonus } } }',
  },
);

import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, onlyFields, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const media = [
  { __typename: 'Article', id: 'a1', headline: 'Rain', words: 300, credit: 'Kim', shares: 5 },
  { __typename: 'Photo', id: 'f1', caption: 'Cloud', pixels: 1200, credit: 'Lee', shares: 0 },
  { __typename: 'Clip', id: 'c1', caption: 'Storm', seconds: 30, credit: 'Moe', shares: 9 },
  { __typename: 'Article', id: 'a2', headline: 'Sun', words: 0, credit: null, shares: 1 },
];
const shares = onlyFields(media, '__typename', 'id', 'shares');
const of = (...types: string[]) => media.filter((row) => types.includes(row.__typename));
const reference = { __resolveReference: referenceTo(media, 'id') };
const shared = { __resolveReference: referenceTo(shares, 'id') };
const search = (_: object, { text }: { text: string }) =>
  media.filter((row) => (row.headline ?? row.caption ?? '').includes(text));
const lead = { __typename: 'Lead', image: media[1], body: media[0], extra: [media[2], media[3]] };
const feeds = [
  { name: 'top', items: of('Article', 'Photo'), grid: [[media[0]], [], [media[1], null]] },
  { name: 'empty', items: [], grid: [] },
];

/** Unions with different members in each subgraph, intersections with interfaces, and their joins. */
export const newsroom: OracleGraph = {
  name: 'newsroom',
  subgraphs: [
    defineSubgraph({
      name: 'desk',
      typeDefs: `
        union Media = Article | Photo | Clip
        union Visual = Photo | Clip
        interface Credited { credit: String }
        interface Captioned { caption: String! }
        type Query {
          search(text: String!): [Media!]!
          visuals: [Visual!]!
          credited: [Credited!]!
          lead: Lead
          feeds: [Feed!]!
        }
        type Feed { name: String! items: [Media!]! grid: [[Media]!]! }
        type Lead { image: Visual body: Article extra: [Media] }
        type Article implements Credited @key(fields: "id") {
          id: ID! headline: String! words: Int! credit: String
        }
        type Photo implements Credited & Captioned @key(fields: "id") {
          id: ID! caption: String! pixels: Int! credit: String
        }
        type Clip implements Captioned @key(fields: "id") {
          id: ID! caption: String! seconds: Int!
        }`,
      resolvers: {
        Query: {
          search,
          visuals: () => of('Photo', 'Clip'),
          credited: () => of('Article', 'Photo'),
          lead: () => lead,
          feeds: () => feeds,
        },
        Article: reference,
        Photo: reference,
        Clip: reference,
      },
    }),
    defineSubgraph({
      name: 'social',
      typeDefs: `
        union Media = Article | Clip | Poll
        union Pinned = Article | Poll
        type Query { trending: [Media!]! pinned: Pinned pins: [Pinned]! }
        type Article @key(fields: "id") { id: ID! shares: Int! }
        type Clip @key(fields: "id") { id: ID! shares: Int! }
        type Poll { question: String! votes: [Int!]! }`,
      resolvers: {
        Query: {
          trending: () => [
            findBy(shares, 'id', 'a1'),
            { __typename: 'Poll', question: 'Rain?', votes: [3, 0] },
            findBy(shares, 'id', 'c1'),
          ],
          pinned: () => ({ __typename: 'Poll', question: 'Sun?', votes: [] }),
          pins: () => [findBy(shares, 'id', 'a2'), null],
        },
        Article: shared,
        Clip: shared,
      },
    }),
  ],
  monolith: {
    Query: {
      search,
      visuals: () => of('Photo', 'Clip'),
      credited: () => of('Article', 'Photo'),
      lead: () => lead,
      feeds: () => feeds,
      trending: () => [
        media[0],
        { __typename: 'Poll', question: 'Rain?', votes: [3, 0] },
        media[2],
      ],
      pinned: () => ({ __typename: 'Poll', question: 'Sun?', votes: [] }),
      pins: () => [media[3], null],
    },
  },
  operations: {
    'members by fragment':
      '{ search(text: "") { ... on Article { headline } ... on Photo { caption } ... on Clip { seconds } } }',
    '__typename alone': '{ search(text: "n") { __typename } }',
    'a member with a join':
      '{ search(text: "") { __typename ... on Article { shares } ... on Clip { shares caption } } }',
    'a union whose members the other subgraph does not know':
      '{ trending { __typename ... on Photo { pixels } ... on Poll { question votes } } }',
    'from the second subgraph back to the first':
      '{ trending { ... on Article { headline shares } ... on Clip { caption } } }',
    'a union that meets an interface': '{ search(text: "") { ... on Credited { credit } } }',
    'a union that meets two interfaces':
      '{ search(text: "") { ... on Credited { credit } ... on Captioned { caption } __typename } }',
    'an interface narrowed to a union':
      '{ credited { credit ... on Media { ... on Article { words } } } }',
    'a union narrowed to a union':
      '{ visuals { ... on Media { ... on Photo { pixels } } ... on Visual { ... on Clip { seconds } } } }',
    'a union, an interface, a type':
      '{ visuals { ... on Captioned { caption ... on Photo { credit } } } }',
    'the same name from two members':
      '{ search(text: "") { ... on Article { size: words } ... on Photo { size: pixels } ... on Clip { size: seconds } } }',
    'a join in an intersection':
      '{ search(text: "") { ... on Captioned { ... on Clip { shares } caption } } }',
    'unions in an object':
      '{ lead { image { ... on Photo { pixels } } body { shares } extra { ... on Article { headline shares } } } }',
    'unions in a list of lists': '{ feeds { grid { __typename ... on Article { shares } } } }',
    'unions in nested lists with an empty one':
      '{ feeds { name items { ... on Article { shares words } } } }',
    'a null member': '{ pins { ... on Article { headline } } pinned { ... on Poll { question } } }',
    'a member that does not match at all': '{ pinned { ... on Article { headline shares } } }',
    'nested named fragments':
      '{ search(text: "S") { ...M } } fragment M on Media { ...A ...C } fragment A on Article { headline } fragment C on Captioned { caption ...K } fragment K on Clip { shares }',
    'two roots that share a union':
      '{ search(text: "Rain") { ... on Article { id } } trending { ... on Article { id words } } }',
    'aliased __typename beside the plain one':
      '{ visuals { kind: __typename __typename ... on Clip { kind2: __typename } } }',
    'a union narrowed until a member cannot match':
      '{ visuals { ... on Credited { ... on Visual { ... on Clip { id } ... on Photo { credit } } } } }',
    'the social subgraph is dead': {
      query: '{ visuals { ... on Clip { seconds } } pinned { __typename } }',
      failing: ['social'],
      expected: { data: { visuals: [{}, { seconds: 30 }], pinned: null }, errors: 'some' },
    },
  },
};

import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const players = [
  { id: 'p1', tag: 'ant', club: 'c1', goals: 3 },
  { id: 'p2', tag: 'bee', club: 'c2', goals: 0 },
  { id: 'p3', tag: 'cat', club: 'c1', goals: 5 },
];
const clubs = [
  { id: 'c1', name: 'North', region: { code: 'r1', zone: { nr: 0 } } },
  { id: 'c2', name: 'South', region: { code: 'r2', zone: { nr: 1 } } },
];
const squads = [
  { key: 'k1', playerIds: ['p1', 'p2'], captainId: 'p2' },
  { key: 'k2', playerIds: [], captainId: null },
  { key: 'k3', playerIds: ['p3'], captainId: 'p3' },
];
type Squad = (typeof squads)[number];
type PlayerKey = { readonly id: string; readonly tag: string };
type SquadKey = { readonly key: string; readonly members: readonly PlayerKey[] };
const player = (id: unknown) => findBy(players, 'id', id);
const keyOf = (id: string) => ({ id, tag: player(id)?.tag });
const membersOf = (row: Squad) => row.playerIds.map(player);
// The scout identifies a squad by its whole list of members.
const ranking = (row: SquadKey) => `${row.key}:${row.members.map(({ id, tag }) => id + tag)}`;
const chemistry = (row: { members: readonly { goals: number }[] }) =>
  row.members.reduce((sum, { goals }) => sum + goals, 0);
const region = (row: { region: { code: string; zone: { nr: number } } }) =>
  `${row.region.code}/${row.region.zone.nr}`;

/** Keys that hold lists of entities and nested objects; fields of a parent asked again by its child. */
export const tournament: OracleGraph = {
  name: 'tournament',
  subgraphs: [
    defineSubgraph({
      name: 'squads',
      typeDefs: `
        type Query { squads: [Squad!]! }
        type Squad @key(fields: "key members { id tag }") @key(fields: "key") {
          key: ID!
          members: [Player!]!
          captain: Player
        }
        type Player @key(fields: "id tag") { id: ID! tag: String! }`,
      resolvers: {
        Query: { squads: () => squads },
        Squad: {
          __resolveReference: ({ key }) => findBy(squads, 'key', key),
          members: (row: Squad) => row.playerIds.map(keyOf),
          captain: (row: Squad) => row.captainId && keyOf(row.captainId),
        },
      },
    }),
    defineSubgraph({
      name: 'players',
      typeDefs: `
        type Query { scorer: Player }
        type Player @key(fields: "id tag") { id: ID! tag: String! goals: Int! club: Club }
        type Club @key(fields: "id") { id: ID! name: String! region: Region! top: Player }
        type Region { code: ID! zone: Zone! }
        type Zone { nr: Int! }`,
      resolvers: {
        Query: { scorer: () => player('p3') },
        Player: {
          __resolveReference: ({ id, tag }) =>
            players.find((row) => row.id === id && row.tag === tag) ?? null,
          club: (row: { club: string }) => findBy(clubs, 'id', row.club),
        },
        Club: {
          __resolveReference: ({ id }) => findBy(clubs, 'id', id),
          top: (row: { id: string }) => findBy(players, 'club', row.id),
        },
      },
    }),
    defineSubgraph({
      name: 'scouts',
      typeDefs: `
        type Squad @key(fields: "key members { id tag }") {
          key: ID!
          members: [Player!]!
          ranking: String!
          chemistry: Int @requires(fields: "members { goals }")
        }
        type Player @key(fields: "id tag") { id: ID! tag: String! goals: Int! @external }
        type Club @key(fields: "id") {
          id: ID!
          region: Region! @external
          address: String! @requires(fields: "region { code zone { nr } }")
        }
        type Region { code: ID! @external zone: Zone! @external }
        type Zone { nr: Int! @external }`,
      resolvers: { Squad: { ranking, chemistry }, Club: { address: region } },
    }),
  ],
  monolith: {
    Query: { squads: () => squads, scorer: () => player('p3') },
    Squad: {
      members: membersOf,
      captain: (row: Squad) => player(row.captainId),
      ranking: (row: Squad) =>
        ranking({ key: row.key, members: membersOf(row) as unknown as PlayerKey[] }),
      chemistry: (row: Squad) =>
        chemistry({ members: membersOf(row) as unknown as { goals: number }[] }),
    },
    Player: { club: (row: { club: string }) => findBy(clubs, 'id', row.club) },
    Club: {
      top: (row: { id: string }) => findBy(players, 'club', row.id),
      address: region,
    },
  },
  operations: {
    'a key with a list of objects': '{ squads { ranking } }',
    'a key with a list of objects, and what the client selects of it':
      '{ squads { members { tag } ranking key } }',
    'members of the list joined on': '{ squads { members { goals id } ranking } }',
    '@requires through a list of entities': '{ squads { chemistry } }',
    '@requires through a list of entities, selected by the client too':
      '{ squads { chemistry members { goals club { name } } } }',
    '@requires of nested objects': '{ scorer { club { address } } }',
    '@requires of nested objects, partly selected under aliases':
      '{ scorer { club { region { c: code zone { nr: __typename n: nr } } address } } }',
    'a parent again from its child':
      '{ scorer { club { top { club { top { goals } name } } address } } }',
    'an entity with a null captain': '{ squads { captain { goals club { address } } } }',
    'members under an alias that is a key':
      '{ squads { key: __typename members { tag: id id: tag goals } } }',
    'deep joins from lists in keys':
      '{ squads { members { club { address top { goals } } } ranking chemistry } }',
    'a condition on a list in a key': {
      query:
        'query ($on: Boolean!) { squads { members @include(if: $on) { goals } ranking @skip(if: $on) chemistry } }',
      variables: { on: false },
    },
  },
};

import { cacheControlSdl } from '@plaza/schema/cache-control';
import test from 'ava';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { buildSupergraphSnapshot } from './build-snapshot.ts';

interface Sdl {
  readonly name: string;
  readonly typeDefs: string;
}

function hashesOf(...subgraphs: readonly Sdl[]): ReadonlyMap<string, string> {
  return buildSupergraphSnapshot(composeFixture(subgraphs.map(defineSubgraph))).subgraphHashes;
}

const a: Sdl = {
  name: 'a',
  typeDefs: `${cacheControlSdl}
    type Query { items(first: Int = 5): [Item] }
    type Item @key(fields: "id") { id: ID! name: String! @shareable kind: Kind @shareable a: Of }
    enum Kind { NEW OLD }
    union Of = Item | Other
    type Other { x: Int @shareable }`,
};
const b: Sdl = {
  name: 'b',
  typeDefs: 'type Item @key(fields: "id") { id: ID! b: Int }',
};
const before = hashesOf(a, b);

test('has a hash for every subgraph', (t) => {
  t.deepEqual([...before.keys()], ['a', 'b']);
  for (const hash of before.values()) t.regex(hash, /^[0-9a-f]{64}$/);
  t.not(before.get('a'), before.get('b'));
});

const changesOfB: Readonly<Record<string, string>> = {
  'a new field': 'type Item @key(fields: "id") { id: ID! b: Int c: Int }',
  'a field less strict than in the other': `
    type Item @key(fields: "id") { id: ID! b: Int name: String @shareable }`,
  'a type that it shares': `
    type Item @key(fields: "id") { id: ID! b: Int of: Other } type Other { x: Int @shareable }`,
  'a value of an enum': `
    type Item @key(fields: "id") { id: ID! b: Int kind: Kind @shareable } enum Kind { NEW OLD BAD }`,
  'a member of a union': `
    type Item @key(fields: "id") { id: ID! b: Int c: Of } union Of = Item | Third type Third { y: Int }`,
};

for (const [what, typeDefs] of Object.entries(changesOfB)) {
  test(`${what} in one subgraph changes its hash alone`, (t) => {
    const after = hashesOf(a, { ...b, typeDefs });
    t.is(after.get('a'), before.get('a'));
    t.not(after.get('b'), before.get('b'));
  });
}

const changesOfA: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'a default of an argument': ['first: Int = 5', 'first: Int = 6'],
  'an argument': ['first: Int = 5', 'first: Int = 5, last: Int'],
  'the type of a field': ['kind: Kind', 'kind: [Kind]'],
  'a key': ['@key(fields: "id")', '@key(fields: "id") @key(fields: "name")'],
  'what it says of caching': ['type Other', 'type Other @cacheControl(maxAge: 1)'],
  'what it says of caching a union': ['union Of', 'union Of @cacheControl(maxAge: 1)'],
};

for (const [what, [from, to]] of Object.entries(changesOfA)) {
  test(`a hash changes with ${what}`, (t) => {
    const after = hashesOf({ ...a, typeDefs: a.typeDefs.replace(from, to) }, b);
    t.not(after.get('a'), before.get('a'));
    t.is(after.get('b'), before.get('b'));
  });
}

test('a subgraph more or less leaves the hashes of the others', (t) => {
  const c = {
    name: 'c',
    typeDefs:
      'type Item @key(fields: "id") { id: ID! c: Int } type New { n: Int } type Query { n: New }',
  };
  const after = hashesOf(a, b, c);
  t.is(after.get('a'), before.get('a'));
  t.is(after.get('b'), before.get('b'));
});

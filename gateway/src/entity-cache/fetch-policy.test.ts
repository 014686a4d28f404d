import { cacheControlSdl } from '@plaza/schema/cache-control';
import test from 'ava';
import { policiesOf } from '../../test/entity-cache/policies-of.ts';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';

const books = defineSubgraph({
  name: 'books',
  typeDefs: `
    ${cacheControlSdl}
    type Query {
      book(id: ID!): Book @cacheControl(maxAge: 30)
      books: [[Book!]!]!
      longBook: Book @cacheControl(maxAge: 900)
      privateBook: Book @cacheControl(scope: PRIVATE)
      inheriting: Plain @cacheControl(inheritMaxAge: true)
      plain: Plain
      plainForAWhile: [Plain] @cacheControl(maxAge: 20)
      version: String
      count: Int @cacheControl(maxAge: 5)
      never: Int @cacheControl(maxAge: 0)
      node: Node
      media: Media
      found: [Found!]!
      me: Reader @cacheControl(maxAge: 60)
      drafts: [Draft] @cacheControl(maxAge: 60)
      mine: Int @authenticated @cacheControl(maxAge: 60)
      ours: Int @authenticated @cacheControl(maxAge: 60, scope: PUBLIC)
    }
    type Mutation { buy: Book @cacheControl(maxAge: 30) }
    type Draft @cacheControl(scope: PRIVATE, varyByScopes: ["b", "a"]) {
      text: String
      notes: String @cacheControl(scope: PRIVATE, varyByScopes: ["c", "a"])
      mine: String @cacheControl(scope: PRIVATE)
      again: Draft @cacheControl(inheritMaxAge: true)
    }
    type Plain { size: Int inner: Plain cover: Cover }
    type Cover @cacheControl(maxAge: 40) { color: String }
    interface Node @cacheControl(maxAge: 50) { id: ID! plain: Plain @cacheControl(inheritMaxAge: true) label: String }
    interface Media @key(fields: "id") { id: ID! }
    union Found @cacheControl(maxAge: 70) = Book | Plain
    type Reader @authenticated @cacheControl(maxAge: 60) { name: String favourite: Book }
    type Book implements Node & Media @key(fields: "id")
      @cacheControl(maxAge: 60, staleIfError: 300) {
      id: ID!
      title: String
      label: String @cacheControl(maxAge: 7)
      votes: Int @cacheControl(maxAge: 10)
      rareVotes: Int @cacheControl(maxAge: 9000)
      freshVotes: Int @cacheControl(staleIfError: 0)
      isRead: Boolean @cacheControl(scope: PRIVATE)
      plain: Plain @cacheControl(inheritMaxAge: true)
      unhinted: Plain
      cover: Cover
      similar: [Book]
      note: String @authenticated
      rank: Int @authenticated @cacheControl(scope: PUBLIC)
    }
    type Film implements Media @key(fields: "id") @cacheControl(maxAge: 15) { id: ID! length: Int }`,
});

/** The same type, of which this subgraph says something else. */
const shops = defineSubgraph({
  name: 'shops',
  typeDefs: `
    ${cacheControlSdl}
    type Query { stock: Stock }
    type Stock { book: Book }
    type Book @key(fields: "id") @cacheControl(maxAge: 3, scope: PRIVATE) {
      id: ID!
      price: Int
      delivery: Int @cacheControl(maxAge: 1, scope: PUBLIC)
      shelf: Shelf
    }
    type Shelf { row: Int }
    type Film @key(fields: "id") { id: ID! price: Int }`,
});

/** Says nothing of caching. */
const reviews = defineSubgraph({
  name: 'reviews',
  typeDefs: 'type Book @key(fields: "id") { id: ID! stars: Int }',
});

const snapshot = buildSupergraphSnapshot(composeFixture([books, shops, reviews]));

/** Seconds, what decided, and why it is private, of the fetches for the operation. */
async function summariesOf(query: string): Promise<readonly string[]> {
  const policies = await policiesOf(query, snapshot);
  return policies.map(({ subgraph, typename, policy }) => {
    const { maxAgeMs, decidedBy, privateBy } = policy;
    const reason = privateBy === undefined ? '' : `, private by ${privateBy}`;
    const of = typename === undefined ? subgraph : `${subgraph} ${typename}`;
    return `${of}: ${maxAgeMs / 1_000} s by ${decidedBy}${reason}`;
  });
}

const rules: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'what a field says counts before what its type says': {
    '{ book(id: 1) { title } }': 'books: 30 s by Query.book',
    '{ longBook { title } }': 'books: 900 s by Query.longBook',
    '{ books { title } }': 'books: 60 s by Book',
    '{ privateBook { title } }': 'books: 60 s by Book, private by Query.privateBook',
  },
  'a root field of which nobody says how long is not cached': {
    '{ plain { size } }': 'books: 0 s by Query.plain',
    '{ version }': 'books: 0 s by Query.version',
    '{ inheriting { size } }': 'books: 0 s by Query.inheriting',
    '{ never }': 'books: 0 s by Query.never',
    '{ count }': 'books: 5 s by Query.count',
    '{ plainForAWhile { size } }': 'books: 20 s by Query.plainForAWhile',
  },
  'a field of composite type is not cached unless somebody says how long or it inherits': {
    '{ books { unhinted { size } } }': 'books: 0 s by Book.unhinted',
    '{ books { plain { size } } }': 'books: 60 s by Book',
    '{ books { plain { inner { size } } } }': 'books: 0 s by Plain.inner',
    '{ books { plain { cover { color } } } }': 'books: 40 s by Cover',
    '{ books { cover { color } } }': 'books: 40 s by Cover',
    '{ books { similar { title } } }': 'books: 60 s by Book',
  },
  'the least of all fields counts, and one private field makes all private': {
    '{ books { title votes } }': 'books: 10 s by Book.votes',
    '{ books { title rareVotes } }': 'books: 60 s by Book',
    '{ books { title isRead } }': 'books: 60 s by Book, private by Book.isRead',
    '{ count books { title } }': 'books: 5 s by Query.count',
    '{ count version }': 'books: 0 s by Query.version',
  },
  'conditions are not looked at': {
    'query ($yes: Boolean!) { books { title votes @include(if: $yes) } }':
      'books: 10 s by Book.votes',
    'query ($yes: Boolean!) { books { title ... @skip(if: $yes) { isRead } } }':
      'books: 60 s by Book, private by Book.isRead',
  },
  'of an abstract type counts what it says, and what each selected type says': {
    '{ node { id } }': 'books: 50 s by Node',
    '{ node { id plain { size } } }': 'books: 50 s by Node',
    '{ node { label } }': 'books: 7 s by Book.label',
    '{ node { ... on Book { votes } } }': 'books: 10 s by Book.votes',
    '{ media { ... on Film { length } } }': 'books: 0 s by Query.media',
    '{ found { __typename } }': 'books: 70 s by Found',
    '{ found { ... on Book { title } } }': 'books: 60 s by Book',
    '{ found { ... on Plain { size } } }': 'books: 70 s by Found',
    '{ found { ...F } } fragment F on Plain { cover { color } }': 'books: 40 s by Cover',
  },
  'what only some may see is private, unless it says that it is public': {
    '{ mine }': 'books: 60 s by Query.mine, private by Query.mine',
    '{ ours }': 'books: 60 s by Query.ours',
    '{ books { note } }': 'books: 60 s by Book, private by Book.note',
    '{ books { rank } }': 'books: 60 s by Book',
    '{ me { name } }': 'books: 60 s by Query.me, private by Reader',
  },
  'mutations are not cached': {
    'mutation { buy { title } }': 'books: 0 s by Mutation',
  },
};

for (const [rule, cases] of Object.entries(rules)) {
  test(rule, async (t) => {
    for (const [query, expected] of Object.entries(cases)) {
      t.deepEqual(await summariesOf(query), [expected], query);
    }
  });
}

test('each subgraph has its own say of one type, and of its entities the type has the last', async (t) => {
  t.deepEqual(await summariesOf('{ books { title price } }'), [
    'books: 60 s by Book',
    'shops Book: 3 s by Book, private by Book',
  ]);
  t.deepEqual(await summariesOf('{ books { title delivery } }'), [
    'books: 60 s by Book',
    'shops Book: 1 s by Book.delivery, private by Book',
  ]);
  t.deepEqual(await summariesOf('{ books { shelf { row } } }'), [
    'books: 60 s by Book',
    'shops Book: 0 s by Book.shelf, private by Book',
  ]);
  t.deepEqual(await summariesOf('{ books { stars } }'), [
    'books: 60 s by Book',
    'reviews Book: 0 s by Book',
  ]);
  t.deepEqual(await summariesOf('{ stock { book { id title } } }'), [
    'shops: 0 s by Query.stock, private by Book',
    'books Book: 60 s by Book',
  ]);
});

test('each type of an entity fetch has a policy of its own', async (t) => {
  const query = '{ media { id ... on Book { price } ... on Film { price } } }';
  t.deepEqual(await summariesOf(query), [
    'books: 0 s by Query.media',
    'shops Book: 3 s by Book, private by Book',
    'shops Film: 0 s by Film',
  ]);
});

test('answers may be stale as long as all of their fields may', async (t) => {
  const staleOf = async (query: string) => {
    const [planned] = await policiesOf(query, snapshot);
    return planned?.policy.staleIfErrorMs;
  };
  t.is(await staleOf('{ books { title votes } }'), 300_000);
  t.is(await staleOf('{ books { freshVotes } }'), 0);
  t.is(await staleOf('{ books { plain { size } } }'), 300_000);
  t.is(await staleOf('{ books { cover { color } } }'), 0);
  t.is(await staleOf('{ plainForAWhile { size } }'), 0);
});

test('private answers may be the same for viewers with the same scopes, if all of their fields are', async (t) => {
  const scopesOf = async (query: string) => {
    const [planned] = await policiesOf(query, snapshot);
    const { scope, varyByScopes } = planned?.policy ?? {};
    return scope === 'private' ? varyByScopes : 'public';
  };
  t.deepEqual(await scopesOf('{ drafts { text } }'), ['a', 'b']);
  t.deepEqual(await scopesOf('{ drafts { text notes again { text } } }'), ['a', 'b', 'c']);
  t.is(await scopesOf('{ drafts { notes mine } }'), undefined);
  t.is(await scopesOf('{ drafts { notes } mine }'), undefined);
  t.is(await scopesOf('{ books { isRead } drafts { notes } }'), undefined);
  t.is(await scopesOf('{ books { title } }'), 'public');
});

test('knows the types of an answer, and which of them are entities in it', async (t) => {
  const typesOf = async (query: string) =>
    (await policiesOf(query, snapshot)).map(({ policy: { types, entityTypes } }) => ({
      types: [...types].sort(),
      entityTypes: [...entityTypes].sort(),
    }));
  t.deepEqual(await typesOf('{ plain { size } count }'), [{ types: ['Plain'], entityTypes: [] }]);
  t.deepEqual(await typesOf('{ node { id } }'), [
    { types: ['Book', 'Node'], entityTypes: ['Book'] },
  ]);
  t.deepEqual(await typesOf('{ books { price } }'), [
    { types: ['Book'], entityTypes: ['Book'] },
    { types: ['Book'], entityTypes: [] },
  ]);
  t.deepEqual(await typesOf('{ stock { book { id similar { cover { color } } } } }'), [
    { types: ['Book', 'Stock'], entityTypes: ['Book'] },
    { types: ['Book', 'Cover'], entityTypes: ['Book'] },
  ]);
});

test('without directives nothing is cached', async (t) => {
  const plain = buildSupergraphSnapshot(
    composeFixture([defineSubgraph({ name: 'a', typeDefs: 'type Query { a: Int }' }), reviews]),
  );
  t.is(plain.cacheRules.size, 0);
  const [planned] = await policiesOf('{ a }', plain);
  t.is(planned?.policy.maxAgeMs, 0);
});

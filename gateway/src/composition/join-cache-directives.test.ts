import { composeServices } from '@apollo/composition';
import { cacheControlSdl } from '@plaza/schema/cache-control';
import test from 'ava';
import { parse, printSchema } from 'graphql';
import { policiesOf } from '../../test/entity-cache/policies-of.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { composeSubgraphs } from './compose-subgraphs.ts';

function linkTo(imports: string): string {
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${imports}])`;
}

interface Part {
  readonly imports?: string;
  readonly sdl: string;
}

function compose(parts: Readonly<Record<string, Part>>): string {
  return composeSubgraphs(
    Object.entries(parts).map(([name, { imports = '"@key"', sdl }]) => ({
      name,
      url: `http://${name}.test`,
      sdl: `${linkTo(imports)} ${sdl}`,
    })),
  );
}

const definition = cacheControlSdl.replace(' @inaccessible', '');

const shop = compose({
  books: {
    imports: '"@key", "@cacheTag"',
    sdl: `${definition}
      schema { query: Root }
      type Root { book(id: ID!): Book @cacheControl(maxAge: 30) @cacheTag(format: "b-{$args.id}") }
      type Book @key(fields: "id") @cacheTag(format: "b-{$key.id}") { id: ID! }
      extend type Book @cacheControl(maxAge: 60, staleIfError: 10) {
        found: Found
        pages: Int @cacheControl(scope: PRIVATE)
      }
      union Found @cacheControl(maxAge: 20) = Book | Page
      type Page { text: String @cacheControl(inheritMaxAge: true) }`,
  },
  films: {
    sdl: `${definition}
      directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
      type Query { films: [Film] @cacheTag(format: "films") @cacheTag(format: "all") }
      interface Media @key(fields: "id") @cacheTag(format: "m-{$key.id}") { id: ID! }
      type Film implements Media @key(fields: "id") @cacheControl(maxAge: 5) { id: ID! }
      type Book @key(fields: "id") @cacheControl(maxAge: 0) { id: ID! film: Film }`,
  },
});

test('composition keeps what each subgraph says of caching', (t) => {
  const { cacheRules } = buildSupergraphSnapshot(shop);
  const books = cacheRules.get('books');
  const films = cacheRules.get('films');
  t.deepEqual(
    new Map(books?.hints),
    new Map<string, object>([
      ['Book', { maxAge: 60, staleIfError: 10 }],
      ['Book.pages', { scope: 'private' }],
      ['Page.text', { inheritMaxAge: true }],
      ['Query.book', { maxAge: 30 }],
      ['Found', { maxAge: 20 }],
    ]),
  );
  t.deepEqual([...(books?.tags.keys() ?? [])].sort(), ['Book', 'Query.book']);
  t.deepEqual(
    new Map(films?.hints),
    new Map([
      ['Book', { maxAge: 0 }],
      ['Film', { maxAge: 5 }],
    ]),
  );
  t.deepEqual([...(films?.tags ?? [])].map(([name, tags]) => [name, tags.length]).sort(), [
    ['Media', 1],
    ['Query.films', 2],
  ]);
  t.deepEqual(structuredClone(cacheRules), cacheRules);
});

test('is told once, whether composition or the gateway keeps it', (t) => {
  t.is(shop.match(/name: "(federation__)?cacheTag"/g)?.length, 5);
});

test('a supergraph that says it is planned by the planner', async (t) => {
  const snapshot = buildSupergraphSnapshot(shop);
  const query = '{ book(id: 1) { pages film { id } found { ... on Page { text } } } }';
  const policies = await policiesOf(query, snapshot);
  t.deepEqual(
    policies.map(({ subgraph, policy: { maxAgeMs } }) => [subgraph, maxAgeMs]),
    [
      ['books', 20_000],
      ['films', 0],
    ],
  );
});

test('clients see neither the directives nor, where it is inaccessible, the enum', (t) => {
  const hidden = compose({
    books: {
      imports: '"@inaccessible"',
      sdl: `${cacheControlSdl} type Query { a: Int @cacheControl(maxAge: 1) }`,
    },
  });
  t.notRegex(printSchema(buildSupergraphSnapshot(hidden).apiSchema), /cache/i);
  t.notRegex(printSchema(buildSupergraphSnapshot(shop).apiSchema), /@cache|directive @cache/);
});

test('reads the directive as @composeDirective leaves it, for all subgraphs that have the element', (t) => {
  // What another composition than ours makes of it.
  const sdl = compose({
    a: {
      imports: '"@key", "@shareable", "@composeDirective"',
      sdl: `
        extend schema
          @link(url: "https://example.com/caching/v1.0", import: [{ name: "@cacheControl", as: "@keep" }])
          @composeDirective(name: "@keep")
        ${definition.replace('@cacheControl', '@keep')}
        type Query { item: Item @keep(maxAge: 4) }
        type Item @key(fields: "id") @keep(maxAge: 9) { id: ID! a: Int @keep(maxAge: 2) both: Int @shareable @keep(scope: PRIVATE) }`,
    },
    b: {
      imports: '"@key", "@shareable"',
      sdl: 'type Item @key(fields: "id") { id: ID! b: Int both: Int @shareable }',
    },
  });
  const ours = buildSupergraphSnapshot(sdl).cacheRules;
  t.deepEqual([...ours.keys()], ['a']);
  const theirs = buildSupergraphSnapshot(sdl.replaceAll(/@join__directive\(graphs: .*?\}\)/g, ''));
  t.deepEqual(
    new Map(theirs.cacheRules.get('a')?.hints),
    new Map<string, object>([
      ['Item', { maxAge: 9 }],
      ['Item.a', { maxAge: 2 }],
      ['Item.both', { scope: 'private' }],
      ['Query.item', { maxAge: 4 }],
    ]),
  );
  t.deepEqual(
    new Map(theirs.cacheRules.get('b')?.hints),
    new Map<string, object>([
      ['Item', { maxAge: 9 }],
      ['Item.both', { scope: 'private' }],
    ]),
  );
});

const refused: Readonly<Record<string, readonly [sdl: string, reason: string]>> = {
  'a negative time': [
    'type Query { a: Int @cacheControl(maxAge: -1) }',
    '[a] "Query.a" has @cacheControl, but maxAge is -1: it must be whole seconds, 0 or more',
  ],
  'a negative time of stale answers': [
    'type Query { a: A } type A @cacheControl(staleIfError: -5) { b: Int }',
    '[a] "A" has @cacheControl, but staleIfError is -5: it must be whole seconds, 0 or more',
  ],
  'a time of its own beside the inherited one': [
    'type Query { a: A } type A { b: Int @cacheControl(maxAge: 1, inheritMaxAge: true) }',
    '[a] "A.b" has @cacheControl, but maxAge and inheritMaxAge exclude each other',
  ],
  'scopes of what is not private': [
    'type Query { a: Int @cacheControl(maxAge: 1, varyByScopes: ["read"]) }',
    '[a] "Query.a" has @cacheControl, but varyByScopes needs scope: PRIVATE beside it, and at least one scope',
  ],
  'a tag that names no argument': [
    'type Query { a(id: ID!): Int @cacheTag(format: "a-{$args.key}") }',
    '[a] "Query.a" has @cacheTag, but "{$args.key}" in "a-{$args.key}" names an argument that the field does not have',
  ],
  'a tag that names a list': [
    'type Query { a(ids: [ID!]!): Int @cacheTag(format: "{$args.ids}") }',
    '[a] "Query.a" has @cacheTag, but "{$args.ids}" in "{$args.ids}" names what is no scalar or enum',
  ],
  'a tag that names no field of an input': [
    'input In { id: ID } type Query { a(in: In): Int @cacheTag(format: "{$args.in.key}") }',
    '[a] "Query.a" has @cacheTag, but "{$args.in.key}" in "{$args.in.key}" names "key", which is no field of the input',
  ],
  'a tag of a field that names a key': [
    'type Query { a: Int @cacheTag(format: "a-{$key.id}") }',
    '[a] "Query.a" has @cacheTag, but "{$key.id}" in "a-{$key.id}" is no placeholder: here there is {$args.<name>}',
  ],
  'a tag with a brace too many': [
    'type Query { a: Int @cacheTag(format: "a}") }',
    '[a] "Query.a" has @cacheTag, but "a}" in "a}" is no placeholder: here there is {$args.<name>}',
  ],
  'an empty tag': [
    'type Query { a: Int @cacheTag(format: "") }',
    '[a] "Query.a" has @cacheTag, but the format of a cache tag is empty',
  ],
  'a tag of a type that names what is no key': [
    'type Query { a: A } type A @key(fields: "id") @cacheTag(format: "{$key.b}") { id: ID! b: Int }',
    '[a] "A" has @cacheTag, but "{$key.b}" in "{$key.b}" names what is no field of a @key',
  ],
  'a tag of a type without a key': [
    'type Query { a: A } type A @cacheTag(format: "a") { b: Int }',
    '[a] "A" has @cacheTag, but of all types only those with a @key may',
  ],
  'a tag of a field that is not of Query': [
    'type Query { a: A } type A { b: Int @cacheTag(format: "b") }',
    '[a] "A.b" has @cacheTag, but of all fields only those of Query may',
  ],
};

for (const [what, [sdl, reason]] of Object.entries(refused)) {
  test(`composition refuses ${what}, and names the place`, (t) => {
    const error = t.throws(() =>
      compose({ a: { imports: '"@key", "@cacheTag"', sdl: `${definition} ${sdl}` } }),
    );
    t.is(error.message, `The subgraphs do not compose:\n- ${reason} (CACHE_DIRECTIVE_INVALID)`);
  });
}

test('composition of what says nothing of caching is as Apollo makes it', (t) => {
  const sdl = 'type Query { a: A } type A { b: Int }';
  const { supergraphSdl } = composeServices([
    { name: 'a', url: 'http://a.test', typeDefs: parse(`${linkTo('"@key"')} ${sdl}`) },
  ]);
  t.is(compose({ a: { sdl } }).trimEnd(), supergraphSdl?.trimEnd() ?? '');
});

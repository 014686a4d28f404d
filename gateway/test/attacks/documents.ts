import type { ErrorCode } from '@plaza/schema/errors';

/** Text that attackers send and that must never be found in a log or an answer. */
export const planted = 'pl4nted-s3cret';

/** A request body, and the code that it must be refused with. */
export interface BodyAttack {
  readonly what: string;
  readonly body: unknown;
  readonly code: ErrorCode;
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const nested = (levels: number, field: string): string =>
  `${`${field} { `.repeat(levels)}id${' }'.repeat(levels)}`;

const query = (text: string, more: object = {}) => ({ query: text, ...more });

/** Text of JSON that `JSON.stringify` would not write. */
const json = (text: string) => text;

const bombLevels = 200;
const introspection = '__schema { types { name } }';

/** Documents and variables that are made to cost much, to reach what is hidden, or to break something. */
export const bodyAttacks: readonly BodyAttack[] = [
  { what: 'depth', body: query(`{ ${nested(500, 'self')} }`), code: 'OPERATION_TOO_COMPLEX' },
  { what: 'width', body: query(`{ ${times(6_000, () => 'id')} }`), code: 'OPERATION_TOO_COMPLEX' },
  {
    what: 'an alias for every field',
    body: query(`{ products { ${times(1_000, (at) => `a${at}: name`)} } }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'many root fields',
    body: query(`{ ${times(150, (at) => `a${at}: secret`)} }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'aliases that fragments multiply',
    body: query(
      `{ products { ...A ...A ...A } } fragment A on Product { ${times(90, (at) => `a${at}: name`)} }`,
    ),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'a fragment that spreads itself',
    body: query('{ products { ...A } } fragment A on Product { id ...A }'),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'a ring of fragments',
    body: query(
      `{ products { ...F0 } } ${times(50, (at) => `fragment F${at} on Product { id ...F${(at + 1) % 50} }`)}`,
    ),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'fragments that double with every level',
    body: query(
      `{ ...F0 } ${times(bombLevels, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)} ` +
        `fragment F${bombLevels} on Query { x: secret }`,
    ),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'inline fragments without end',
    body: query(`{ ${'... { '.repeat(2_000)}secret${' }'.repeat(2_000)} }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'a directive a thousand times on one field',
    body: query(`{ secret ${times(1_000, () => '@include(if: true)')} }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'unknown directives a thousand times',
    body: query(`query ${times(1_000, (at) => `@a${at}`)} { secret }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'directives that fragments multiply',
    body: query(
      `{ ${times(40, () => '...A')} } fragment A on Query { secret ${times(20, () => '@include(if: true)')} }`,
    ),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'one field again and again, for the check of conflicts',
    body: query(`{ products { ${times(4_500, () => 'id')} } }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'conflicts in depth, for the check of conflicts',
    body: query(
      `{ ${times(40, (at) => `product(id: "${at}") { ...F } product(id: "x") { ...F }`)} } fragment F on Product { id }`,
    ),
    code: 'OPERATION_TOO_COMPLEX',
  },
  { what: 'no end of braces', body: query('{'.repeat(4_900)), code: 'GRAPHQL_PARSE_FAILED' },
  {
    what: 'no end of lists',
    body: query(`{ echo(text: ${'['.repeat(4_900)}`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'a type of lists as deep as the limit of tokens allows',
    body: query(`query ($a: ${'['.repeat(2_400)}Int${']'.repeat(2_400)}) { secret }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'a literal of lists in lists',
    body: query(`{ echo(text: ${'['.repeat(490)}${']'.repeat(490)}) }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'objects in objects',
    body: query(`{ echo(text: ${'{a: '.repeat(1_000)}1${'}'.repeat(1_000)}) }`),
    code: 'OPERATION_TOO_COMPLEX',
  },
  {
    what: 'a number without end',
    body: query(`{ echo(text: ${'9'.repeat(100_000)}) }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'a name without end',
    body: query(`{ ${'a'.repeat(200_000)} }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'a text that never ends',
    body: query(`{ echo(text: "${'a'.repeat(500_000)}`),
    code: 'GRAPHQL_PARSE_FAILED',
  },
  { what: 'a NUL', body: query('{ secret\u0000 }'), code: 'GRAPHQL_PARSE_FAILED' },
  {
    what: 'half a surrogate',
    body: json('{"query":"{ echo(text: \\"\\ud800\\") "}'),
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    what: 'a comment of half a megabyte',
    body: query(`#${'x'.repeat(500_000)}`),
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    what: 'introspection that is off',
    body: query(`{ ${introspection} }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'introspection under an alias',
    body: query(`{ a: ${introspection} }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'introspection in a fragment',
    body: query(`{ ...A } fragment A on Query { ${introspection} }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'introspection behind a condition',
    body: query(
      `query ($no: Boolean = true) { ${introspection.replace('{', '@skip(if: $no) {')} secret }`,
    ),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'introspection in a circle',
    body: query(`{ __type(name: "Product") { ${nested(20, 'ofType').replace('id', 'name')} } }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'the fields of federation',
    body: query('{ _service { sdl } }'),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'entities by hand',
    body: query(
      '{ _entities(representations: [{__typename: "Product", id: "p1"}]) { __typename } }',
    ),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'a guess, for suggestions',
    body: query('{ produc { id } }'),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { what: 'what needs a token, without one', body: query('{ mine }'), code: 'UNAUTHENTICATED' },
  { what: 'the same under an alias', body: query('{ price: mine }'), code: 'UNAUTHENTICATED' },
  {
    what: 'the same behind a condition that says no',
    body: query('query ($no: Boolean!) { mine @include(if: $no) }', { variables: { no: false } }),
    code: 'UNAUTHENTICATED',
  },
  {
    what: 'several operations and no name',
    body: query('query A { secret } query B { secret }'),
    code: 'BAD_REQUEST',
  },
  {
    what: 'the name of no operation',
    body: query('query A { secret }', { operationName: '__proto__' }),
    code: 'BAD_REQUEST',
  },
  {
    what: 'a type system',
    body: query('type Query { a: Int }'),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'variables of a wrong type, with a secret in them',
    body: query('query ($id: ID!) { product(id: $id) { id } }', {
      variables: { id: { a: planted } },
    }),
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'variables as deep as the stack',
    body: json(
      `{"query":"query ($t: String!) { echo(text: $t) }","variables":{"t":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
    ),
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'a variable with a hundred thousand items',
    body: query('query ($t: String!) { echo(text: $t) }', {
      variables: { t: Array(100_000).fill(0) },
    }),
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'a prototype as variables',
    body: json(
      '{"query":"query ($t: String!) { echo(text: $t) }","variables":{"__proto__":{"t":"a"}}}',
    ),
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'a constructor as variables',
    body: json(
      '{"query":"query ($t: String!) { echo(text: $t) }","variables":{"constructor":{"prototype":{"t":"a"}}}}',
    ),
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'a prototype as extensions',
    body: json('{"extensions":{"__proto__":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}}'),
    code: 'BAD_REQUEST',
  },
  {
    what: 'a persisted operation by a path',
    body: { documentId: '../../../../etc/passwd' },
    code: 'PERSISTED_QUERY_NOT_FOUND',
  },
  {
    what: 'a persisted operation under the id of another',
    body: query('{ secret }', {
      extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
    }),
    code: 'BAD_REQUEST',
  },
  { what: 'a batch too long', body: Array(6).fill(query('{ secret }')), code: 'BAD_REQUEST' },
  { what: 'batches in a batch', body: [[query('{ secret }')]], code: 'BAD_REQUEST' },
  {
    what: 'a body of a megabyte and more',
    body: query(`{ echo(text: "${'a'.repeat(1_100_000)}") }`),
    code: 'PAYLOAD_TOO_LARGE',
  },
];

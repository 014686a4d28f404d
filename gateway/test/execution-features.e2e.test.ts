import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { createGraph } from './execution/run-graph.ts';

function createLog() {
  const log: string[] = [];
  const write = (_: unknown, { text }: Readonly<Record<string, unknown>>) => {
    log.push(String(text));
    return log.length;
  };
  const fail = () => {
    throw new Error('no');
  };
  const query = 'type Query { log: [String] @shareable }';
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `${query} type Mutation { writeA(text: String!): Int failA: Int payload: Payload! }
        type Payload { query: Query! written: Int! }`,
      resolvers: {
        Query: { log: () => log },
        Mutation: { writeA: write, failA: fail, payload: () => ({ query: {}, written: 1 }) },
      },
    },
    {
      name: 'b',
      typeDefs: `${query} extend type Query { other: String }
        type Mutation { writeB(text: String!): Int }`,
      resolvers: {
        Query: { log: () => log, other: () => 'other' },
        Mutation: { writeB: write },
      },
    },
  );
  return { ...graph, log };
}

test('runs mutations one after the other, in the order of the operation', async (t) => {
  const { run, log } = createLog();
  const { data, errors } = await run(`mutation {
    one: writeA(text: "1") two: writeB(text: "2") failA three: writeA(text: "3")
    ...More
  } fragment More on Mutation { four: writeB(text: "4") }`);
  t.deepEqual(log, ['1', '2', '3', '4']);
  t.deepEqual(data, { one: 1, two: 2, failA: null, three: 3, four: 4 });
  t.deepEqual(
    errors.map(({ path }) => path),
    [['failA']],
  );
});

test('goes on from the payload of a mutation to the query root', async (t) => {
  const { run } = createLog();
  const { data, errors } = await run('mutation { payload { written query { other __typename } } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, { payload: { written: 1, query: { other: 'other', __typename: 'Query' } } });
});

function createCircle() {
  return createGraph(
    {
      name: 'people',
      typeDefs: `
        type Query { me: Person node(id: Int!): Person }
        type Person @key(fields: "id") @key(fields: "email org { id }") {
          id: Int! email: String! org: Org! friend: Person
        }
        type Org { id: Int! }`,
      resolvers: {
        Query: {
          me: () => ({ id: 0, email: '', org: { id: 0 } }),
          node: (_, { id }) => ({ id, email: `${id}@x`, org: { id } }),
        },
        Person: {
          __resolveReference: ({ id, org }) => {
            const known = id ?? (org as { id: number }).id;
            return { id: known, email: known === 0 ? '' : `${known}@x`, org: { id: known } };
          },
          friend: ({ id }) => ({ id: 1 - Number(id), email: 'f', org: { id: 9 } }),
        },
      },
    },
    {
      name: 'mail',
      typeDefs: `
        type Person @key(fields: "email org { id }") { email: String! org: Org! inbox: Inbox! }
        type Org { id: Int! @shareable }
        type Inbox { owner: Person! unread: Int! }`,
      resolvers: {
        Person: {
          __resolveReference: (key) => key,
          inbox: ({ email, org }) => ({ unread: String(email).length, owner: { email, org } }),
        },
      },
    },
    {
      name: 'badges',
      typeDefs: `
        type Person @key(fields: "id") { id: Int! badges: [String!]! }`,
      resolvers: { Person: { __resolveReference: (key) => key, badges: ({ id }) => [`b${id}`] } },
    },
  );
}

test('joins by several, composite and falsy keys, round and round', async (t) => {
  const graph = createCircle();
  const { data, errors } = await graph.run(`{
    me { badges inbox { unread owner { badges friend { badges inbox { unread } } } } }
  }`);
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    me: {
      badges: ['b0'],
      inbox: {
        unread: 0,
        owner: { badges: ['b0'], friend: { badges: ['b1'], inbox: { unread: 1 } } },
      },
    },
  });
});

test('leaves out what @skip and @include leave out, whatever subgraph has it', async (t) => {
  const graph = createCircle();
  const query = `query ($yes: Boolean!, $no: Boolean = false) {
    me {
      a: id @skip(if: $yes)
      b: id @include(if: $yes)
      badges @include(if: $no)
      ... @skip(if: $no) { inbox { unread @skip(if: $no) @include(if: $yes) } }
      ...F @include(if: $no)
    }
    node(id: 3) @include(if: $no) { id }
  } fragment F on Person { email }`;
  t.deepEqual(await graph.run(query, { variables: { yes: true } }), {
    data: { me: { b: 0, inbox: { unread: 0 } } },
    errors: [],
  });
  t.is(graph.callsTo('badges').length, 0);
  t.deepEqual(await graph.run(query, { variables: { yes: false, no: true } }), {
    data: { me: { a: 0, badges: ['b0'], email: '' }, node: { id: 3 } },
    errors: [],
  });
});

test('sends a subgraph the variables that it uses, and no others', async (t) => {
  const graph = createCircle();
  const query = `query ($id: Int! = 4, $on: Boolean!) {
    node(id: $id) { id badges @include(if: $on) }
  }`;
  const { data } = await graph.run(query, { variables: { on: true } });
  t.deepEqual(data, { node: { id: 4, badges: ['b4'] } });
  t.deepEqual({ ...graph.callsTo('people')[0]?.variables }, { id: 4 });
  t.deepEqual(Object.keys(graph.callsTo('badges')[0]?.variables ?? {}), ['representations']);
});

test('refuses variables with a list of all that is wrong', async (t) => {
  const graph = createCircle();
  const query = 'query ($id: Int!, $on: Boolean!) { node(id: $id) { id @include(if: $on) } }';
  const running = graph.run(query, { variables: { id: 'four' } });
  const error = await t.throwsAsync(running, { instanceOf: AppError });
  t.is(error.code, 'BAD_USER_INPUT');
  t.regex(error.message, /\$id.*\$on/);
  t.is(graph.calls.length, 0);
});

test('introspects beside normal fields, in fragments and by variables', async (t) => {
  const graph = createCircle();
  const query = `query ($name: String!) {
    me { id } ...I again: __type(name: $name) { fields { name } } __typename
  } fragment I on Query { __schema { queryType { name } } again: __type(name: $name) { kind } }`;
  const { data, errors } = await graph.run(query, { variables: { name: 'Org' } });
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    me: { id: 0 },
    __schema: { queryType: { name: 'Query' } },
    again: { kind: 'OBJECT', fields: [{ name: 'id' }] },
    __typename: 'Query',
  });
});

test('runs the operation that is asked for by name', async (t) => {
  const graph = createCircle();
  const query = 'query One { me { id } } query Two { me { email } } fragment F on Person { id }';
  const unusedFragment = query.replace(/ fragment.*/, '');
  t.deepEqual((await graph.run(unusedFragment, { operationName: 'Two' })).data, {
    me: { email: '' },
  });
  await t.throwsAsync(graph.run(unusedFragment), { message: /several operations/ });
  await t.throwsAsync(graph.run(unusedFragment, { operationName: 'Three' }), {
    message: /no operation named "Three"/,
  });
});

test('plans an operation once, however many ask for it at the same time', async (t) => {
  const graph = createCircle();
  const query = '{ me { id badges } }';
  const plans = await Promise.all([graph.plan(query), graph.plan(query), graph.plan(query)]);
  t.is(new Set(plans).size, 1);
  t.not(await graph.plan('{ me { badges id } }'), plans[0]);
});

test('takes provided fields where they are provided, and moved fields where they moved', async (t) => {
  const graph = createGraph(
    {
      name: 'old',
      typeDefs: `
        type Query { parcel: Parcel! }
        type Parcel @key(fields: "id") { id: ID! weight: Int! owner: Owner! @provides(fields: "name") }
        type Owner @key(fields: "id") { id: ID! name: String! @external }`,
      resolvers: {
        Query: { parcel: () => ({ id: '1', weight: 1, owner: { id: 'o', name: 'provided' } }) },
      },
    },
    {
      name: 'new',
      typeDefs: `
        type Parcel @key(fields: "id") { id: ID! weight: Int! @override(from: "old") }
        type Owner @key(fields: "id") { id: ID! name: String! @shareable age: Int }`,
      resolvers: {
        Parcel: { __resolveReference: (key) => key, weight: () => 2 },
        Owner: { __resolveReference: (key) => key, name: () => 'asked', age: () => 30 },
      },
    },
  );
  t.deepEqual((await graph.run('{ parcel { weight owner { name } } }')).data, {
    parcel: { weight: 2, owner: { name: 'provided' } },
  });
  t.is(graph.callsTo('new').length, 1);
});

test('leaves an entity unasked for that lacks a required field, and asks for the others', async (t) => {
  const graph = createGraph(
    {
      name: 'a',
      typeDefs: `
        type Query { items: [Item!]! }
        type Item @key(fields: "id") { id: ID! size: Size note: String name: String! }
        type Size { width: Int! }`,
      resolvers: {
        Query: { items: () => ['1', '2', '3', '4'].map((id) => ({ id, name: id })) },
        Item: {
          size: ({ id }) => (id === '2' ? null : { width: 0 }),
          note: ({ id }) => (id === '3' ? null : ''),
        },
      },
    },
    {
      name: 'b',
      typeDefs: `
        type Item @key(fields: "id") {
          id: ID! size: Size @external note: String @external
          box: String @requires(fields: "size { width } note")
        }
        type Size { width: Int! @external }`,
      resolvers: {
        Item: {
          __resolveReference: (key) => key,
          box: ({ size, note }) => JSON.stringify({ size, note }),
        },
      },
    },
  );
  const whole = await graph.run('{ items { box } }');
  t.deepEqual(whole.data, {
    items: [
      { box: '{"size":{"width":0},"note":""}' },
      { box: '{"size":null,"note":""}' },
      { box: '{"size":{"width":0},"note":null}' },
      { box: '{"size":{"width":0},"note":""}' },
    ],
  });
  const { data, errors } = await graph.run('{ items { id box } }', {
    fetch: async (request) => {
      if (request.subgraph === 'b') return graph.fetch(request);
      const item = (id: string, size: unknown) => ({ __typename: 'Item', id, size, note: '' });
      const items = [
        item('1', { width: null }),
        item('2', { width: 1 }),
        item('3', undefined),
        item('4', [{ width: 1 }]),
        item('5', 7),
      ];
      return { data: { items } };
    },
  });
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    items: [
      { id: '1', box: null },
      { id: '2', box: '{"size":{"width":1},"note":""}' },
      { id: '3', box: null },
      { id: '4', box: null },
      { id: '5', box: null },
    ],
  });
});

test('hands arguments down from contexts, each entity its own', async (t) => {
  const graph = createGraph(
    {
      name: 'tenants',
      typeDefs: `
        type Query { tenants: [Tenant!]! }
        type Tenant @key(fields: "id") @context(name: "tenant") {
          id: ID! currency: String! invoices: [Invoice!]!
        }
        type Invoice @key(fields: "id") {
          id: ID!
          total(currency: String @fromContext(field: "$tenant { currency }")): String!
        }`,
      resolvers: {
        Query: {
          tenants: () =>
            ['EUR', 'USD'].map((currency) => ({
              id: currency,
              currency,
              invoices: [{ id: '1' }, { id: '2' }],
            })),
        },
        Invoice: {
          __resolveReference: (key) => key,
          total: ({ id }, { currency }) => `${id} ${currency}`,
        },
      },
    },
    { name: 'b', typeDefs: 'type Tenant @key(fields: "id") { id: ID! plan: String }' },
  );
  const { data, errors } = await graph.run('{ tenants { invoices { total } } }');
  t.deepEqual(errors, []);
  t.deepEqual(data, {
    tenants: [
      { invoices: [{ total: '1 EUR' }, { total: '2 EUR' }] },
      { invoices: [{ total: '1 USD' }, { total: '2 USD' }] },
    ],
  });
});

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

test('refuses fragments that multiply each other, in no time', async (t) => {
  const graph = createCircle();
  const fragments = Array.from({ length: 40 }, (_, index) => {
    const next = index === 39 ? 'id' : `...F${index + 1} friend { ...F${index + 1} }`;
    return `fragment F${index} on Person { ${next} }`;
  });
  const plan = async () => graph.plan(`{ me { ...F0 } } ${fragments.join(' ')}`);
  const error = await t.throwsAsync(plan, { instanceOf: AppError });
  t.is(error.code, 'OPERATION_TOO_COMPLEX');
});

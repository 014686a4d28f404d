import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { parse } from 'graphql';
import type { Graph } from '../../test/execution/run-graph.ts';
import { createGraph } from '../../test/execution/run-graph.ts';
import type { Viewer } from '../identity/viewer.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { authorizeOperation } from './authorize-operation.ts';
import { normalizeOperation } from './normalize-operation.ts';

const graph: Graph = createGraph({
  name: 'a',
  typeDefs: `
    type Query {
      open: String
      me: User @authenticated
      salary: Int @requiresScopes(scopes: [["read:salary", "staff"], ["admin"]])
      ruled: Int @policy(policies: [["own"]])
      users: [User!]
      things: [Thing]
      finds: [Find]
      secret: Secret
      mode: Mode
    }
    type Mutation { pay(amount: Int): Int @authenticated }
    type User @key(fields: "id") { id: ID! email: String @authenticated }
    interface Thing { id: ID! name: String }
    type Lamp implements Thing { id: ID! name: String }
    type Vault implements Thing @requiresScopes(scopes: [["vault"]]) @tag(name: "internal") { id: ID! name: String }
    type Gem implements Thing { id: ID! name: String @authenticated }
    union Find = Lamp | Vault
    scalar Secret @authenticated
    enum Mode @authenticated { ON OFF }`,
});

const viewer = (...scopes: readonly string[]): Pick<Viewer, 'scopes'> => ({
  scopes: new Set(scopes),
});

const unauthenticated: Readonly<Record<string, string>> = {
  '{ open me { id } }': 'Query.me',
  '{ users { id email } }': 'User.email',
  '{ ...F } fragment F on Query { users { ... { mail: email } } }': 'User.email',
  '{ salary }': 'Query.salary',
  '{ ruled }': 'Query.ruled',
  '{ secret }': 'Secret',
  '{ mode }': 'Mode',
  '{ things { id } }': 'Thing',
  '{ finds { ... on Vault { id } } }': 'Vault',
  '{ finds { ... on Thing { id } } }': 'Thing',
  '{ open me @skip(if: true) { id } }': 'Query.me',
  'mutation { pay(amount: 1) }': 'Mutation.pay',
};

for (const [query, coordinate] of Object.entries(unauthenticated)) {
  test(`refuses to a stranger: ${query}`, async (t) => {
    const error = await t.throwsAsync(graph.run(query), { instanceOf: AppError });
    t.is(error.code, 'UNAUTHENTICATED');
    t.regex(error.message, new RegExp(`"${coordinate}"`));
  });
}

test('lets a stranger select what nothing protects', async (t) => {
  for (const query of [
    '{ open users { id } }',
    '{ finds { ... on Lamp { id } } }',
    '{ finds { __typename ... on Lamp { name } } }',
    '{ __schema { types { name } } __typename }',
  ]) {
    await t.notThrowsAsync(graph.run(query), query);
  }
});

/** Composed elsewhere: composition here gives an interface the rules of its implementations. */
const unruledSdl = graph.snapshot.sdl.replace(/interface Thing[^{]*/, (head) =>
  head.replaceAll(/@(requiresScopes|authenticated)(\(.*\))?/g, ''),
);

test('a refusal names no type that the contract of the client hides', (t) => {
  const hiding = {
    name: 'partner',
    include: [],
    exclude: ['internal'],
    hideUnreachableTypes: true,
  };
  const view = buildSupergraphSnapshot(unruledSdl, [hiding]).contracts.get('partner');
  if (view === undefined) return t.fail();
  const operation = normalizeOperation(parse('{ things { id } }'), undefined, view);
  const error = t.throws(() =>
    authorizeOperation(operation, view, viewer(), { unauthorizedFields: 'refuse' }),
  );
  return t.is(error?.message, '"Thing" requires the scope vault.');
});

test('holds the rules of implementations against an interface that has none itself', (t) => {
  const snapshot = buildSupergraphSnapshot(unruledSdl);
  const authorize = (query: string, scopes: readonly string[]) => () => {
    const operation = normalizeOperation(parse(query), undefined, snapshot);
    authorizeOperation(operation, snapshot, viewer(...scopes), { unauthorizedFields: 'refuse' });
  };
  t.false(snapshot.accessRules.has('Thing'));
  t.notThrows(authorize('{ things { id } }', ['vault']));
  t.notThrows(authorize('{ things { __typename ... on Lamp { id } } }', []));
  t.throws(authorize('{ things { id } }', []), { message: /"Vault" requires the scope vault/ });
});

test('asks a viewer for all scopes of one of the sets', async (t) => {
  const allowed = [viewer('read:salary', 'staff'), viewer('admin'), viewer('admin', 'x')];
  for (const one of allowed) await t.notThrowsAsync(graph.run('{ salary }', { viewer: one }));
  for (const one of [viewer(), viewer('staff'), viewer('read:salary', 'Admin')]) {
    const error = await t.throwsAsync(graph.run('{ salary }', { viewer: one }), {
      instanceOf: AppError,
    });
    t.is(error.code, 'FORBIDDEN');
    t.is(error.message, '"Query.salary" requires the scope read:salary and staff, or admin.');
  }
});

test('refuses what a policy would have to decide, to everybody', async (t) => {
  const error = await t.throwsAsync(graph.run('{ ruled }', { viewer: viewer('own') }), {
    instanceOf: AppError,
  });
  t.is(error.code, 'FORBIDDEN');
});

test('reads the rules under whatever names the supergraph imports them', async (t) => {
  const renamed = createGraph({
    name: 'a',
    federation: 1,
    typeDefs: `
      extend schema @link(
        url: "https://specs.apollo.dev/federation/v2.9"
        import: [{ name: "@authenticated", as: "@members" }]
      )
      type Query { open: Int closed: Int @members }`,
  });
  await t.notThrowsAsync(renamed.run('{ open }'));
  await t.throwsAsync(renamed.run('{ closed }'), { message: /"Query.closed"/ });
});

const withheld = { unauthorizedFields: 'nullify' } as const;

test('nulls what a viewer may not see, and asks no subgraph for it', async (t) => {
  const staff = createGraph(
    {
      name: 'staff',
      typeDefs: `
        type Query { users: [User!]! boss: User! }
        type User @key(fields: "id") {
          id: ID!
          email: String @authenticated @shareable
          salary: Int! @requiresScopes(scopes: [["read:salary"]])
        }`,
      resolvers: {
        Query: {
          users: () => [
            { id: '1', email: 'a@b.c', salary: 5 },
            { id: '2', email: 'd@e.f' },
          ],
          boss: () => ({ id: '1', email: 'a@b.c', salary: 5 }),
        },
      },
    },
    {
      name: 'mail',
      typeDefs: `
        type User @key(fields: "email") { email: String @authenticated @shareable greeting: String }`,
      resolvers: {
        User: {
          __resolveReference: (user) => user,
          greeting: ({ email }) => `Hello ${String(email)}`,
        },
      },
    },
  );
  const query = '{ users { id email greeting again: email } }';
  t.deepEqual(await staff.run(query, withheld), {
    data: {
      users: [
        { id: '1', email: null, greeting: 'Hello a@b.c', again: null },
        { id: '2', email: null, greeting: 'Hello d@e.f', again: null },
      ],
    },
    errors: ['email', 'again'].map((name) => ({
      message: '"User.email" requires authentication: send a valid token.',
      code: 'UNAUTHENTICATED',
      path: ['users', 0, name],
    })),
  });
  const seen = await staff.run(query, { ...withheld, viewer: viewer() });
  t.like(seen.data, { users: [{ email: 'a@b.c', again: 'a@b.c' }, { email: 'd@e.f' }] });
  t.deepEqual(seen.errors, []);
  t.deepEqual(await staff.run('{ boss { salary id } }', { ...withheld, viewer: viewer() }), {
    data: null,
    errors: [
      {
        message: '"User.salary" requires the scope read:salary.',
        code: 'FORBIDDEN',
        path: ['boss', 'salary'],
      },
    ],
  });
  const asked = staff.calls.map(({ operation }) => operation).join('\n');
  t.false(asked.includes('salary'), asked);
});

test('answers what is left when all of an object is withheld', async (t) => {
  const { calls, ...users } = createGraph({
    name: 'a',
    typeDefs: `
      type Query { me: User @authenticated users: [User] none: User find: Find }
      type Mutation { pay(amount: Int): Int @authenticated }
      type User { email: String @authenticated }
      type Vault @authenticated { id: ID! }
      union Find = User | Vault`,
    resolvers: {
      Query: {
        me: () => ({ email: 'a' }),
        users: () => [{ email: 'a' }, null],
        none: () => null,
        find: () => ({ __typename: 'Vault', id: 'v' }),
      },
      Mutation: { pay: () => 1 },
    },
  });
  const pathsOf = async (query: string) => {
    const { data, errors } = await users.run(query, withheld);
    return [data, errors.map(({ path }) => path?.join('.'))];
  };
  t.deepEqual(await pathsOf('{ users { email } none { email } }'), [
    { users: [{ email: null }, null], none: null },
    ['users.0.email'],
  ]);
  t.deepEqual(await pathsOf('{ users { email @skip(if: true) } }'), [{ users: [{}, null] }, []]);
  t.deepEqual(await pathsOf('{ find { __typename ... on Vault { id } } }'), [
    { find: null },
    ['find.id'],
  ]);
  const sent = calls.length;
  t.deepEqual(
    await pathsOf(
      '{ me { email } ...F } fragment F on Query { mine: me { ...G } } fragment G on User { email }',
    ),
    [{ me: null, mine: null }, ['me', 'mine']],
  );
  t.deepEqual(await pathsOf('mutation { pay(amount: 1) }'), [{ pay: null }, ['pay']]);
  t.is(calls.length, sent, 'nobody was asked');
});

test('shows a field that one of its selections may show', async (t) => {
  const things = createGraph({
    name: 'a',
    typeDefs: `
      type Query { things: [Thing!]! }
      interface Thing { id: ID }
      type Lamp implements Thing { id: ID }
      type Gem implements Thing { id: ID @authenticated }`,
    resolvers: {
      Query: {
        things: () => [
          { __typename: 'Lamp', id: 'l' },
          { __typename: 'Gem', id: 'g' },
        ],
      },
    },
  });
  const { data, errors } = await things.run('{ things { id ... on Lamp { id } } }', withheld);
  t.deepEqual(data, { things: [{ id: 'l' }, { id: null }] });
  t.deepEqual(
    errors.map(({ path }) => path),
    [['things', 1, 'id']],
  );
});

test('refuses a subscription to what a viewer may not see in both ways', (t) => {
  const { snapshot } = createGraph({
    name: 'a',
    typeDefs: `
      type Query { open: Int }
      type Subscription { paid: Payment @authenticated opened: Payment }
      type Payment { id: ID amount: Int @authenticated }`,
  });
  const authorize = (query: string) => {
    const operation = normalizeOperation(parse(query), undefined, snapshot);
    return authorizeOperation(operation, snapshot, undefined, { unauthorizedFields: 'nullify' });
  };
  t.throws(() => authorize('subscription { paid { id } }'), { message: /"Subscription.paid"/ });
  t.is(authorize('subscription { opened { amount } }').withheld.size, 1);
});

import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { parse } from 'graphql';
import type { Graph } from '../../test/execution/run-graph.ts';
import { createGraph } from '../../test/execution/run-graph.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import type { Viewer } from './authorize-operation.ts';
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
    type Vault implements Thing @requiresScopes(scopes: [["vault"]]) { id: ID! name: String }
    type Gem implements Thing { id: ID! name: String @authenticated }
    union Find = Lamp | Vault
    scalar Secret @authenticated
    enum Mode @authenticated { ON OFF }`,
});

const viewer = (...scopes: readonly string[]): Viewer => ({ scopes: new Set(scopes) });

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

test('holds the rules of implementations against an interface that has none itself', (t) => {
  const sdl = graph.snapshot.sdl.replace(/interface Thing[^{]*/, (head) =>
    head.replaceAll(/@(requiresScopes|authenticated)(\(.*\))?/g, ''),
  );
  const snapshot = buildSupergraphSnapshot(sdl);
  const authorize = (query: string, scopes: readonly string[]) => () =>
    authorizeOperation(normalizeOperation(parse(query), undefined, snapshot), snapshot, {
      scopes: new Set(scopes),
    });
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

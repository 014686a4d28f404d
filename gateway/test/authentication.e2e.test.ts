import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { createTestGateway } from './kit/test-gateway.ts';

const key = await createSigningKey('k1');

const ordersWith = (price: () => unknown) =>
  defineSubgraph({
    name: 'orders',
    typeDefs: `
      type Query { price: Int mine: String @authenticated all: String @requiresScopes(scopes: [["order:read"]]) }`,
    resolvers: { Query: { price, mine: () => 'mine', all: () => 'all' } },
  });
const orders = ordersWith(() => 5);

function trusting(issuer: { issuer: string; jwksUrl: string }) {
  const { jwksUrl } = issuer;
  return { issuers: [{ issuer: issuer.issuer, jwksUrl, audience: ['graph'] }] };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('serves protected fields to those whom a token lets in', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const config = { authentication: trusting(issuer) };
  await using gateway = await createTestGateway({ subgraphs: { orders }, config });
  const codeFor = async (query: string, token?: string) => {
    const headers = token === undefined ? {} : bearer(token);
    const { errors = [] } = await gateway.execute({ query, headers });
    return errors[0]?.extensions?.code;
  };
  const buyer = await signToken(key);
  const seller = await signToken(key, { claims: { scope: 'order:read' } });
  const old = await signToken(key, { expiresAt: Date.now() - 60_000 });
  t.is(await codeFor('{ price }'), undefined);
  t.is(await codeFor('{ mine }'), 'UNAUTHENTICATED');
  t.is(await codeFor('{ mine }', buyer), undefined);
  t.is(await codeFor('{ all }', buyer), 'FORBIDDEN');
  t.is(await codeFor('{ all }', seller), undefined);
  t.is(
    await codeFor('{ price }', old),
    'UNAUTHENTICATED',
    'a bad token is never an anonymous call',
  );
  t.is(await codeFor('{ price }', 'x'), 'UNAUTHENTICATED');
  t.is(issuer.requests(), 1);
});

test('answers 401 that says how to authenticate', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const config = { authentication: trusting(issuer) };
  await using http = await startHttpGateway({ subgraphs: [orders], config });
  const headers = { accept: 'application/graphql-response+json' };
  for (const authorization of [
    'Bearer',
    'Basic YTpi',
    'Bearer a b',
    `Bearer ${'x'.repeat(9_000)}`,
  ]) {
    const response = await http.post({ query: '{ price }' }, { ...headers, authorization });
    t.is(response.status, 401);
    t.is(response.headers.get('www-authenticate'), 'Bearer');
    t.like(await response.json(), {
      errors: [{ message: 'Send the token as "Authorization: Bearer <token>"' }],
    });
  }
  const good = await http.post(
    { query: '{ mine }' },
    { ...headers, ...bearer(await signToken(key)) },
  );
  t.deepEqual(await good.json(), { data: { mine: 'mine' } });
  t.notRegex(http.logText(), /eyJ/, 'no token in the log');
});

test('gives each viewer an answer of their own, though equal queries are executed once', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const config = {
    authentication: trusting(issuer),
    authorization: { unauthorizedFields: 'nullify' },
  } as const;
  const gate = Promise.withResolvers<number>();
  const subgraphs = { orders: ordersWith(() => gate.promise) };
  await using gateway = await createTestGateway({ subgraphs, config });
  const seller = bearer(await signToken(key, { claims: { scope: 'order:read' } }));
  const buyer = bearer(await signToken(key));
  const query = '{ price all }';
  for (const headers of [seller, buyer]) await gateway.execute({ query: '{ mine }', headers });
  const before = gateway.fetches().length;
  const requests = [seller, buyer, {}, seller, buyer, {}];
  const answering = Promise.all(requests.map((headers) => gateway.execute({ query, headers })));
  // All of them are under way before the first is answered.
  while (gateway.fetches().length < before + 3) await nextTurn();
  for (let turns = 0; turns < 100; turns += 1) await nextTurn();
  gate.resolve(5);
  const answers = await answering;
  t.deepEqual(
    answers.map(({ data, errors = [] }) => [data?.price, data?.all, errors[0]?.extensions?.code]),
    [0, 1].flatMap(() => [
      [5, 'all', undefined],
      [5, null, 'FORBIDDEN'],
      [5, null, 'UNAUTHENTICATED'],
    ]),
  );
  const asked = gateway
    .fetches('orders')
    .slice(before)
    .map(({ operation }) => operation);
  t.is(asked.length, 3);
  t.is(asked.filter((operation) => operation.includes('all')).length, 1);
});

test('forwards tokens and knows nobody where no issuer is configured', async (t) => {
  await using gateway = await createTestGateway({ subgraphs: { orders } });
  const headers = bearer('whatever');
  t.is((await gateway.execute({ query: '{ price }', headers })).errors, undefined);
  const { errors } = await gateway.execute({ query: '{ mine }', headers });
  t.is(errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
});

import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createPlazaClient } from '../create-plaza-client.ts';
import { CategoriesDocument, LogOutDocument } from '../generated/graphql.ts';
import { toPlazaError } from '../plaza-error.ts';
import { createMemoryTokenStore } from '../session/token-store.ts';

type Answer = (response: ServerResponse) => void;

/** A client before a server that answers as it is told, one request after the other. */
async function before(t: ExecutionContext, answers: readonly Answer[], requestTimeoutMs = 5_000) {
  const requests: IncomingMessage[] = [];
  const atMs: number[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[requests.length] ?? answers.at(-1);
    requests.push(request);
    atMs.push(performance.now());
    answer?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = createPlazaClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    tokens: createMemoryTokenStore(),
    clientName: 'links-test',
    clientVersion: '1',
    onSignedOut: () => undefined,
    retry: { attemptsMax: 3, firstMs: 2, longestMs: 1_500 },
    requestTimeoutMs,
  });
  t.teardown(() => {
    client.stop();
    server.closeAllConnections();
    server.close();
  });
  return { ...client, requests, atMs };
}

const type = 'application/graphql-response+json';
const good: Answer = (response) => {
  const categories = { __typename: 'CategoryConnection', nodes: [] };
  response.writeHead(200, { 'content-type': type }).end(JSON.stringify({ data: { categories } }));
};
const refuse =
  (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    const body = { errors: [{ message: 'no', extensions: { code } }] };
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
  };
const hangUp: Answer = (response) => response.destroy();
const html: Answer = (response) => {
  response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
};
const silence: Answer = () => undefined;

for (const [what, answer] of [
  ['a broken connection', hangUp],
  ['a proxy without a gateway', html],
  ['OVERLOADED', refuse(503, 'OVERLOADED')],
  ['SUPERGRAPH_UNAVAILABLE', refuse(503, 'SUPERGRAPH_UNAVAILABLE')],
] as const) {
  test(`a query is sent again after ${what}`, async (t) => {
    const { apollo, requests } = await before(t, [answer, answer, good]);
    const { data } = await apollo.query({ query: CategoriesDocument });
    t.deepEqual(data?.categories.nodes, []);
    t.is(requests.length, 3);
  });
}

test('a query comes back when Retry-After says so, and not before', async (t) => {
  const wait = refuse(429, 'RATE_LIMITED', { 'retry-after': '1' });
  const { apollo, atMs } = await before(t, [wait, good]);
  await apollo.query({ query: CategoriesDocument });
  const [first = 0, second = 0] = atMs;
  t.true(second - first >= 990, `${second - first} ms`);
});

test('a Retry-After that is too long to wait for is told', async (t) => {
  const headers = { 'retry-after': '60', 'x-request-id': 'r-1' };
  const { apollo, requests } = await before(t, [refuse(429, 'RATE_LIMITED', headers)]);
  const error = await apollo.query({ query: CategoriesDocument }).catch(toPlazaError);
  t.like(error, { code: 'RATE_LIMITED', remedy: 'wait', retryAfterMs: 60_000, requestId: 'r-1' });
  t.is(requests.length, 1);
});

test('attempts have an end, and the last error is the answer', async (t) => {
  const { apollo, requests } = await before(t, [hangUp]);
  const error = await apollo.query({ query: CategoriesDocument }).catch(toPlazaError);
  t.like(error, { code: 'NETWORK', remedy: 'retry' });
  t.is(requests.length, 3);
});

test('what is wrong with the query is not tried again, nor is any mutation', async (t) => {
  const wrong = await before(t, [refuse(400, 'BAD_USER_INPUT')]);
  const error = await wrong.apollo.query({ query: CategoriesDocument }).catch(toPlazaError);
  t.like(error, { code: 'BAD_USER_INPUT' });
  t.is(wrong.requests.length, 1);
  const broken = await before(t, [hangUp]);
  await t.throwsAsync(broken.apollo.mutate({ mutation: LogOutDocument }));
  t.is(broken.requests.length, 1);
});

test('silence ends at the deadline', async (t) => {
  const { apollo } = await before(t, [silence], 30);
  const error = await apollo.query({ query: CategoriesDocument }).catch(toPlazaError);
  t.like(error, { code: 'NETWORK', message: 'No answer within 30 ms' });
});

test('an abort ends a request under way and one that was not sent yet', async (t) => {
  const { apollo, requests } = await before(t, [silence]);
  const controller = new AbortController();
  const context = { fetchOptions: { signal: controller.signal } };
  const asked = apollo.query({ query: CategoriesDocument, context }).catch(toPlazaError);
  while (requests.length === 0) await new Promise((next) => setTimeout(next, 5));
  const [request] = requests;
  const closed = once(request?.socket ?? new EventEmitter(), 'close');
  controller.abort();
  t.like(await asked, { code: 'ABORTED', remedy: 'nothing' });
  await closed;
  const late = apollo.query({ query: CategoriesDocument, context }).catch(toPlazaError);
  t.like(await late, { code: 'ABORTED' });
  t.is(requests.length, 1);
});

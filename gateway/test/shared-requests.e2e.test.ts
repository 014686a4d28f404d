import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';

/** A subgraph that counts, and answers when it is told to. */
async function startGated(config: Partial<ConfigInput> = {}) {
  const gate = Promise.withResolvers<void>();
  let count = 0;
  const waitAndCount = async (): Promise<number> => {
    count += 1;
    const own = count;
    await gate.promise;
    return own;
  };
  const subgraph = defineSubgraph({
    name: 'gated',
    typeDefs: 'type Query { count: Int! other: Int! } type Mutation { add: Int! }',
    resolvers: {
      Query: { count: waitAndCount, other: waitAndCount },
      Mutation: { add: waitAndCount },
    },
  });
  const http = await startHttpGateway({ subgraphs: [subgraph], config });
  return {
    http,
    open: () => gate.resolve(),
    fail: () => gate.reject(new Error('no')),
    /** Waits until the subgraph has been asked so many times, and all requests have come in. */
    arrived: async (requests: number, calls: number): Promise<void> => {
      const { gateway } = http;
      while (requestsUnderWay(gateway) < requests || http.server('gated').requests.length < calls) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const underWay = new WeakMap<object, number>();
function requestsUnderWay(gateway: object): number {
  return underWay.get(gateway) ?? 0;
}

type Gated = Awaited<ReturnType<typeof startGated>>;

/** Hands requests to the gateway itself, so that all of them are there before the gate opens. */
function ask(
  { http: { gateway } }: Gated,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
) {
  underWay.set(gateway, requestsUnderWay(gateway) + 1);
  const run = gateway.run({
    query,
    variables: {},
    headers,
    requestId: `r${requestsUnderWay(gateway)}`,
    signal,
    allowedTypes: ['query', 'mutation'],
  });
  return run.then(({ body, code }) => ({ ...JSON.parse(body.toString()), code }));
}

const calls = ({ http }: Gated): number => http.server('gated').requests.length;

test('executes equal queries of one identity that arrive together once', async (t) => {
  const gated = await startGated();
  await using _ = gated.http;
  const answers = [ask(gated, '{ count }'), ask(gated, '{ count }'), ask(gated, '{ count }')];
  await gated.arrived(3, 1);
  gated.open();
  for (const answer of await Promise.all(answers)) t.deepEqual(answer.data, { count: 1 });
  t.is(calls(gated), 1);
  const { data } = await ask(gated, '{ count }');
  t.deepEqual(data, { count: 2 }, 'what is done is not handed out again');
});

test('asks a subgraph once for what different operations ask it at the same time', async (t) => {
  for (const deduplicateSubgraphCalls of [true, false]) {
    const gated = await startGated({ deduplicateSubgraphCalls });
    await using _ = gated.http;
    const answers = [ask(gated, '{ count }'), ask(gated, '{ count __typename }')];
    await gated.arrived(2, deduplicateSubgraphCalls ? 1 : 2);
    gated.open();
    const [one, two] = await Promise.all(answers);
    t.deepEqual(one?.data, { count: 1 });
    t.deepEqual(two?.data, { count: deduplicateSubgraphCalls ? 1 : 2, __typename: 'Query' });
    t.is(calls(gated), deduplicateSubgraphCalls ? 1 : 2);
  }
});

test('shares nothing between mutations, identities, variables, or when told not to', async (t) => {
  const forward = { headers: { forward: ['authorization', 'x-tenant'] } };
  const off = { collapseRequests: false, deduplicateSubgraphCalls: false };
  const pairs: readonly [Partial<ConfigInput>, string, string, Record<string, string>][] = [
    [{}, 'mutation { add }', 'mutation { add }', {}],
    [forward, '{ count }', '{ count }', { authorization: 'Bearer other' }],
    [forward, '{ count }', '{ count }', { authorization: 'Bearer one', 'x-tenant': 'b' }],
    [{}, '{ count }', '{ other }', {}],
    [off, '{ count }', '{ count }', { authorization: 'Bearer one' }],
  ];
  for (const [config, first, second, headers] of pairs) {
    const gated = await startGated(config);
    await using _ = gated.http;
    const answers = [
      ask(gated, first, { authorization: 'Bearer one' }),
      ask(gated, second, headers),
    ];
    await gated.arrived(2, 2);
    gated.open();
    const counts = (await Promise.all(answers)).map(({ data }) => Object.values(data)[0]);
    t.deepEqual(counts.sort(), [1, 2], `${second} ${JSON.stringify(headers)}`);
  }
});

test('a different token shares no response even where it is not forwarded', async (t) => {
  const gated = await startGated({ deduplicateSubgraphCalls: false });
  await using _ = gated.http;
  const tokens = ['Bearer one', 'Bearer two'];
  const answers = tokens.map((authorization) => ask(gated, '{ count }', { authorization }));
  await gated.arrived(2, 2);
  gated.open();
  await Promise.all(answers);
  t.is(calls(gated), 2);
});

for (const collapseRequests of [true, false]) {
  const what = collapseRequests ? 'request' : 'subgraph call';
  test(`the first to ask may leave a shared ${what} without ending it`, async (t) => {
    const gated = await startGated({ collapseRequests });
    await using _ = gated.http;
    const leaving = new AbortController();
    const first = ask(gated, '{ count }', {}, leaving.signal);
    const second = ask(gated, '{ count }');
    await gated.arrived(2, 1);
    leaving.abort(new Error('gone'));
    t.is((await first).data, undefined);
    gated.open();
    t.deepEqual((await second).data, { count: 1 });
    t.is(calls(gated), 1);
  });

  test(`a shared ${what} ends when the last who waits leaves`, async (t) => {
    const gated = await startGated({ collapseRequests });
    await using _ = gated.http;
    const leaving = [new AbortController(), new AbortController()];
    const asked = leaving.map(({ signal }) => ask(gated, '{ count }', {}, signal));
    await gated.arrived(2, 1);
    for (const controller of leaving) controller.abort(new Error('gone'));
    await Promise.all(asked);
    while ((await gated.http.server('gated').connectionCount()) > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const next = ask(gated, '{ count }');
    await gated.arrived(3, 2);
    gated.open();
    t.deepEqual((await next).data, { count: 2 }, 'nobody joins what was given up');
  });
}

test('all who share a request that fails learn of it, each under its own id', async (t) => {
  const gated = await startGated();
  await using _ = gated.http;
  const answers = [ask(gated, '{ count }'), ask(gated, '{ count }')];
  await gated.arrived(2, 1);
  gated.http.server('gated').behave('html');
  gated.fail();
  const ids = (await Promise.all(answers)).map(({ data, errors }) => {
    t.is(data, null);
    return errors[0].extensions.requestId;
  });
  t.deepEqual(ids, ['r1', 'r2']);
});

import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import type { GatewayHooks } from '../src/hooks/gateway-hooks.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createLiveClient } from './live-kit/live-client.ts';

const query = '{ products { id reviews { body } } }';

function start(hooks: readonly GatewayHooks[], config: Partial<ConfigInput> = {}) {
  return startHttpGateway({ subgraphs: [products, reviews], hooks, config });
}

const refuse = (code: string, message: string) => (): never => {
  throw Object.assign(new Error(message), { code });
};

test('calls hooks in their order, each with what it may know', async (t) => {
  const calls: string[] = [];
  const first: GatewayHooks = {
    onRequest: ({ method, headers, state }) => {
      calls.push(`request ${method} ${headers['x-a']}`);
      state.seen = 1;
      return undefined;
    },
    onOperation: async ({ type, name, variables, viewerId, state }) => {
      await Promise.resolve();
      calls.push(
        `operation ${type} ${name} ${JSON.stringify(variables)} ${viewerId} ${state.seen}`,
      );
    },
    onSubgraphRequest: ({ subgraph, operationKind }) => {
      calls.push(`call ${subgraph} ${operationKind}`);
      return undefined;
    },
    onSubgraphResponse: ({ subgraph, errors, data }) => {
      calls.push(`answer ${subgraph} ${errors.length} ${Object.keys(data ?? {}).join()}`);
    },
    onResponse: ({ errorCodes, hasData, state }) => {
      calls.push(`response ${errorCodes.join()} ${hasData} ${state.seen}`);
      return { extensions: { a: 1, b: 1 } };
    },
  };
  const second: GatewayHooks = {
    onRequest: () => {
      calls.push('request 2');
      return undefined;
    },
    onResponse: () => ({ extensions: { b: 2 } }),
  };
  await using http = await start([first, second]);
  const variables = { id: 'p1' };
  const body = { query: 'query Q($id: ID!) { product(id: $id) { name } }', variables };
  const response = await http.post(body, { 'x-a': 'yes' });
  t.deepEqual(await response.json(), {
    data: { product: { name: 'Table' } },
    extensions: { a: 1, b: 2 },
  });
  t.deepEqual(calls, [
    'request POST yes',
    'request 2',
    'operation query Q {"id":"p1"} undefined 1',
    'call products query',
    'answer products 0 product',
    'response  true 1',
  ]);
});

test('a hook refuses with a code of the list; everything else is our fault', async (t) => {
  for (const [hooks, status, code, message] of [
    [{ onRequest: refuse('FORBIDDEN', 'Not you') }, 403, 'FORBIDDEN', /^Not you$/],
    [{ onOperation: refuse('RATE_LIMITED', 'Slower') }, 429, 'RATE_LIMITED', /^Slower$/],
    [{ onRequest: refuse('NONSENSE', 'inner secret') }, 500, 'INTERNAL_SERVER_ERROR', /^Something/],
    [
      { onOperation: refuse('GATEWAY_TIMEOUT', 'inner secret') },
      500,
      'INTERNAL_SERVER_ERROR',
      /^Something/,
    ],
  ] as const) {
    await using http = await start([hooks]);
    const response = await http.post({ query }, { accept: 'application/graphql-response+json' });
    t.is(response.status, status);
    const { errors } = (await response.json()) as {
      errors: { message: string; extensions: { code: string } }[];
    };
    t.is(errors[0]?.extensions.code, code);
    t.regex(errors[0]?.message ?? '', message);
    t.is(http.server('products').requests.length, 0);
  }
});

test('headers of a request that a hook changes are those of the client from then on', async (t) => {
  const hooks: GatewayHooks = {
    onRequest: ({ headers }) => ({
      headers: { 'x-tenant': headers['x-who'] ?? 'nobody', 'x-gone': undefined },
    }),
  };
  const config = { headers: { forward: ['x-tenant', 'x-gone'] } };
  await using http = await start([hooks], config);
  const ask = (who: string) =>
    http.post({ query }, { 'x-who': who, 'x-tenant': 'forged', 'x-gone': '1' });
  await Promise.all(['a', 'b', 'b', 'a'].map(ask));
  const seen = http.server('products').requests.map(({ headers }) => headers['x-tenant']);
  t.deepEqual([...new Set(seen)].toSorted(), ['a', 'b'], 'what is shared is of one tenant');
  t.true(http.server('products').requests.every(({ headers }) => headers['x-gone'] === undefined));
});

test('a hook adds headers to a call, which is shared with none that has others', async (t) => {
  let turn = 0;
  const hooks: GatewayHooks = {
    onSubgraphRequest: ({ subgraph }) => {
      if (subgraph !== 'products') return undefined;
      turn += 1;
      return { headers: { 'x-turn': String(turn) } };
    },
  };
  await using http = await start([hooks], { collapseRequests: false });
  await Promise.all([http.post({ query }), http.post({ query })]);
  const turns = http.server('products').requests.map(({ headers }) => headers['x-turn']);
  t.deepEqual(turns.toSorted(), ['1', '2']);
  t.is(http.server('reviews').requests[0]?.headers['x-turn'], undefined);
});

test('a hook of calls that fails is an error of the fields that it was about', async (t) => {
  const hooks: GatewayHooks = {
    onSubgraphRequest: ({ subgraph }) => {
      if (subgraph === 'reviews') throw new Error('inner secret');
      return undefined;
    },
  };
  await using http = await start([hooks]);
  const answer = (await (await http.post({ query })).json()) as {
    data: unknown;
    errors: { path: unknown; extensions: { code: string } }[];
  };
  t.like(answer.data, {
    products: [
      { id: 'p1', reviews: null },
      { id: 'p2', reviews: null },
    ],
  });
  t.is(answer.errors[0]?.extensions.code, 'INTERNAL_SERVER_ERROR');
  t.false(JSON.stringify(answer).includes('inner secret'));
});

test('a hook that never ends ends with the time of the request', async (t) => {
  const hooks: GatewayHooks = { onOperation: () => new Promise(() => undefined) };
  await using http = await start([hooks], { requestTimeoutMs: 200 });
  t.like(await (await http.post({ query })).json(), {
    errors: [{ extensions: { code: 'GATEWAY_TIMEOUT' } }],
  });
});

test('an answer goes out although a hook of answers fails, and the log says so', async (t) => {
  const hooks: GatewayHooks = {
    onResponse: () => {
      throw new Error('disk full');
    },
  };
  const named: GatewayHooks = { onResponse: () => ({ extensions: { isThere: true } }) };
  await using http = await start([hooks, named]);
  t.like(await (await http.post({ query: '{ __typename }' })).json(), {
    data: { __typename: 'Query' },
    extensions: { isThere: true },
  });
  t.is(http.logs.filter(({ message }) => message === 'a hook of answers failed').length, 1);
});

test('hooks are called for operations on a socket as well', async (t) => {
  const methods: unknown[] = [];
  const hooks: GatewayHooks = {
    onRequest: ({ method }) => {
      methods.push(method);
      return undefined;
    },
  };
  await using http = await start([hooks]);
  await using client = createLiveClient(http.url);
  using operation = client.follow('{ product(id: "p1") { name } }');
  t.like(await operation.until(1), { 0: { data: { product: { name: 'Table' } } } });
  t.deepEqual(methods, [undefined]);
});

import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import type { RateLimitStore } from '../src/rate-limits/rate-limit-store.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { createLiveClient } from './live-kit/live-client.ts';

const library = defineSubgraph({
  name: 'library',
  typeDefs: `
    type Query {
      book: Book
      books(first: Int): [Book!]! @listSize(slicingArguments: ["first"])
      secret: Int @cost(weight: 50)
    }
    type Book { title: String }
  `,
  resolvers: {
    Query: {
      book: () => ({ title: 'a' }),
      books: () => [{ title: 'a' }, { title: 'b' }],
      secret: () => 1,
    },
    Book: { title: ({ title }) => title },
  },
});

type Rules = NonNullable<NonNullable<ConfigInput['rateLimits']>['rules']>;

/** So long that nothing worth counting is refilled while a test runs. */
const dayMs = 86_400_000;
const day = (limit: number) => [{ limit, windowMs: dayMs }];

async function start(rules: Rules, config: Partial<ConfigInput> = {}, rateLimits?: RateLimitStore) {
  const http = await startHttpGateway({
    subgraphs: [library],
    config: { rateLimits: { rules, ...config.rateLimits }, ...config },
    ...(rateLimits === undefined ? {} : { rateLimits }),
  });
  return http;
}

async function ask(http: HttpGateway, query = '{ book { title } }', headers = {}) {
  const response = await http.post({ query }, headers);
  const { errors } = (await response.json()) as {
    errors?: { message: string; extensions: Record<string, unknown> }[];
  };
  return { status: response.status, headers: response.headers, error: errors?.[0] };
}

test('counts requests, says what is left, and refuses with 429 and when to come back', async (t) => {
  await using http = await start([{ name: 'all', by: 'address', windows: day(2) }]);
  const first = await ask(http);
  t.is(first.headers.get('ratelimit-policy'), '"all-86400s";q=2;w=86400');
  t.regex(first.headers.get('ratelimit') ?? '', /^"all-86400s";r=1;t=43\d\d\d$/);
  await ask(http);
  const refused = await ask(http, '{ this is not read at all');
  t.is(refused.status, 429);
  t.is(refused.error?.extensions.code, 'RATE_LIMITED');
  t.regex(
    refused.error?.message ?? '',
    /^"all" allows 2 requests in 86400 s: try again in \d+ s\.$/,
  );
  t.regex(refused.headers.get('retry-after') ?? '', /^4[23]\d\d\d$/);
});

test('holds several windows at once', async (t) => {
  const windows = [
    { limit: 100, windowMs: 2 * dayMs },
    { limit: 1, windowMs: dayMs },
  ];
  await using http = await start([{ name: 'x', by: 'address', windows }]);
  t.is((await ask(http)).status, 200);
  const { status, headers } = await ask(http);
  t.is(status, 429);
  t.regex(headers.get('ratelimit') ?? '', /^"x-172800s";r=99;t=\d+, "x-86400s";r=0;t=\d+$/);
});

test('gives each viewer an allowance, and those without one theirs by address or none', async (t) => {
  const key = await createSigningKey('k1');
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const trusted = { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: ['graph'] };
  const authentication = { issuers: [trusted] };
  const rule = { name: 'viewers', windows: day(1) };
  await using http = await start([{ ...rule, by: 'viewerOrAddress' }], { authentication });
  const as = async (sub: string) => ({
    authorization: `Bearer ${await signToken(key, { claims: { sub } })}`,
  });
  const statuses = [];
  for (const headers of [await as('ana'), await as('ben'), {}, await as('ana'), {}]) {
    statuses.push((await ask(http, undefined, headers)).status);
  }
  t.deepEqual(statuses, [200, 200, 200, 429, 429]);
  await using lenient = await start([{ ...rule, by: 'viewer' }], { authentication });
  for (const count of [1, 2]) t.is((await ask(lenient)).status, 200, `${count} without a token`);
});

test('counts cost, and only operations with certain fields', async (t) => {
  await using http = await start([
    { name: 'budget', by: 'address', unit: 'cost', windows: day(100) },
    { name: 'secrets', by: 'address', fields: ['Query.secret'], windows: day(1) },
  ]);
  t.is((await ask(http, '{ books(first: 30) { title } }')).status, 200);
  const { status, headers } = await ask(http, '{ secret }');
  t.is(status, 200);
  t.regex(headers.get('ratelimit') ?? '', /"budget-86400s";r=20;.*"secrets-86400s";r=0;/);
  t.regex((await ask(http, '{ secret }')).error?.message ?? '', /^"(budget|secrets)" allows/);
  t.is((await ask(http, '{ books(first: 21) { title } }')).status, 429);
  t.is((await ask(http, '{ books(first: 20) { title } }')).status, 200);
});

test('counts operations on a socket as well', async (t) => {
  await using http = await start([{ name: 'all', by: 'address', windows: day(1) }]);
  await using client = createLiveClient(http.url);
  using first = client.follow('{ book { title } }');
  t.like(await first.until(1), { 0: { data: { book: { title: 'a' } } } });
  using second = client.follow('{ book { title } }');
  const error = (await second.ended) as readonly { extensions: { code: string } }[];
  t.is(error[0]?.extensions.code, 'RATE_LIMITED');
});

test('refuses what may cost too much before it is planned, or only measures', async (t) => {
  const limits = { costMax: 40 };
  await using http = await start([], { limits });
  t.is((await ask(http, '{ books(first: 40) { title } }')).error, undefined);
  const { error } = await ask(http, '{ books(first: 41) { title } }');
  t.like(error?.extensions, {
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'costMax',
    value: 41,
    allowed: 40,
  });
  const unsliced = await ask(http, '{ books { title } }');
  t.regex(unsliced.error?.message ?? '', /Query\.books needs exactly one of its size arguments/);
  t.is(http.server('library').requests.length, 1);
  await using measuring = await start([], { limits: { ...limits, costMode: 'measure' } });
  t.is((await ask(measuring, '{ secret }')).error, undefined);
  const line = measuring.logs.find(({ message }) => message === 'operation completed');
  t.is(line?.['graphql.operation.cost'], 50);
});

test('estimates anew when a variable says how much is asked for', async (t) => {
  await using http = await start([], { limits: { costMax: 40 } });
  const query =
    'query ($n: Int, $no: Boolean!) { books(first: $n) { title } secret @skip(if: $no) }';
  const codeOf = async (variables: object) => {
    const { errors } = (await (await http.post({ query, variables })).json()) as {
      errors?: { extensions: { code: string } }[];
    };
    return errors?.[0]?.extensions.code;
  };
  t.is(await codeOf({ n: 5, no: true }), undefined);
  t.is(await codeOf({ n: 41, no: true }), 'OPERATION_TOO_COMPLEX');
  t.is(await codeOf({ n: 5, no: false }), 'OPERATION_TOO_COMPLEX');
  t.is(await codeOf({ n: 40, no: true }), undefined);
  t.is(await codeOf({ no: true }), 'OPERATION_TOO_COMPLEX', 'no size at all');
});

test('counts what operations did cost, and settles budgets by it', async (t) => {
  const rules: Rules = [{ name: 'budget', by: 'address', unit: 'cost', windows: day(100) }];
  await using http = await start(rules, { limits: { costCounted: true } });
  const left = async (query: string) =>
    /r=(\d+)/.exec((await ask(http, query)).headers.get('ratelimit') ?? '')?.[1];
  t.is(await left('{ books(first: 40) { title } }'), '60');
  t.is(
    await left('{ books(first: 30) { title } secret }'),
    '18',
    'of 98: 30 books, and the secret',
  );
  t.is(await left('{ __typename }'), '46', 'the secret and 2 books stay');
  const costs = http.logs
    .filter(({ message }) => message === 'operation completed')
    .map((line) => [line['graphql.operation.cost'], line['graphql.operation.actual_cost']]);
  t.deepEqual(costs, [
    [40, 2],
    [80, 52],
    [0, 0],
  ]);
});

for (const [onStoreFailure, statuses] of [
  ['local', [200, 429]],
  ['open', [200, 200]],
  ['closed', [429, 429]],
] as const) {
  test(`while nobody can count, ${onStoreFailure} does what it says`, async (t) => {
    const reject = () => Promise.reject(new Error('Redis is away'));
    const away: RateLimitStore = { take: reject, settle: reject };
    const rules: Rules = [{ name: 'all', by: 'address', windows: day(1) }];
    await using http = await start(rules, { rateLimits: { rules, onStoreFailure } }, away);
    t.deepEqual([(await ask(http)).status, (await ask(http)).status], [...statuses]);
    t.is(http.logs.filter(({ message }) => String(message).includes('rate limits')).length, 1);
  });
}

import { createHash } from 'node:crypto';
import test from 'ava';
import type { GraphQLFormattedError } from 'graphql';
import { createContractGraph, partner } from './contracts/contract-graph.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

const { subgraphs } = createContractGraph();
const http = await startHttpGateway({
  subgraphs,
  config: {
    cache: { enabled: true },
    limits: { depthMax: 6, batchMax: 2 },
    contracts: {
      partner,
      small: { ...partner, limits: { depthMax: 2, costMax: 3 } },
      closed: { ...partner, introspection: { enabled: false } },
    },
  },
});
test.after.always(() => http[Symbol.asyncDispose]());

async function ask(contract: string, body: string | object): Promise<Answer> {
  const path = contract === '' ? '/graphql' : `/graphql/${contract}`;
  const request = typeof body === 'string' ? { query: body } : body;
  return (await (await http.post(request, {}, path)).json()) as Answer;
}

const messagesOf = ({ errors = [] }: Answer): string => errors.map((e) => e.message).join('\n');

test('a path serves its contract: what is hidden does not exist there', async (t) => {
  const rows: [query: string, message: string][] = [
    ['{ secretPlans }', 'Cannot query field "secretPlans" on type "Query".'],
    ['{ product(id: "p1") { cost } }', 'Cannot query field "cost" on type "Product".'],
    ['{ items { ... on Prototype { id } } }', 'Unknown type "Prototype".'],
    [
      '{ product(id: "p1", debug: true) { id } }',
      'Unknown argument "debug" on field "Query.product".',
    ],
    ['{ count(status: DISCONTINUED) }', 'Value "DISCONTINUED" does not exist in "Status" enum.'],
    ['{ count(by: {secretText: "x"}) }', 'Field "secretText" is not defined by type "Filter".'],
    [
      '{ product(id: "p1") { reviews { reporter } } }',
      'Cannot query field "reporter" on type "Review".',
    ],
  ];
  for (const [query, message] of rows) {
    t.is((await ask('', query)).errors, undefined, query);
    t.is(messagesOf(await ask('partner', query)), message);
  }
  const rename = 'mutation { rename(id: "p1") { id } }';
  t.is(messagesOf(await ask('partner', rename)), 'The schema has no mutation type.');
  const query = '{ product(id: "p1") { name reviews { body } } }';
  const data = { product: { name: 'Table', reviews: [{ body: 'About p1' }] } };
  t.deepEqual(await ask('partner', query), { data });
});

test('no message suggests what is hidden', async (t) => {
  const typos = [
    '{ secretPlan }',
    '{ product(id: "p1") { cots } }',
    '{ product(id: "p1", debugs: true) { id } }',
    '{ items { ... on Prototypes { id } } }',
    '{ count(status: DISCONTINUE) }',
    '{ count(by: {secretTex: "x"}) }',
    '{ items { engine } }',
  ];
  const hidden = /"(secretPlans|cost|debug|Prototype|DISCONTINUED|secretText)"/;
  for (const query of typos) {
    t.regex(messagesOf(await ask('', query)), hidden, query);
    const message = messagesOf(await ask('partner', query));
    t.not(message, '');
    t.notRegex(message, hidden, query);
  }
  const variables = { status: 'DISCONTINUE', by: { secretTex: 'x', tex: 'x' } };
  const query = 'query ($status: Status, $by: Filter) { count(status: $status, by: $by) }';
  t.regex(messagesOf(await ask('', { query, variables })), hidden);
  t.notRegex(messagesOf(await ask('partner', { query, variables })), hidden);
  t.regex(messagesOf(await ask('partner', { query, variables })), /Did you mean "text"/);
  t.notRegex(messagesOf(await ask('closed', { query, variables })), /Did you mean/);
});

test('introspection tells of the contract alone, or of nothing', async (t) => {
  const query = `{
    __schema { mutationType { name } types { name } }
    item: __type(name: "Item") { possibleTypes { name } }
    product: __type(name: "Product") { fields { name } }
    status: __type(name: "Status") { enumValues { name } }
    prototype: __type(name: "Prototype") { name }
  }`;
  const { data } = await ask('partner', query);
  const names = (list: unknown) => (list as { name: string }[]).map(({ name }) => name);
  const schema = data?.__schema as { types: unknown; mutationType: unknown };
  t.is(schema.mutationType, null);
  t.deepEqual(
    names(schema.types)
      .filter((name) => !name.startsWith('__'))
      .toSorted(),
    [
      'Book',
      'Boolean',
      'Filter',
      'Found',
      'ID',
      'Int',
      'Item',
      'Product',
      'Query',
      'Review',
      'Status',
      'String',
      'Subscription',
    ],
  );
  t.like(data, {
    item: { possibleTypes: [{ name: 'Book' }] },
    product: { fields: ['id', 'name', 'status', 'reviews'].map((name) => ({ name })) },
    status: { enumValues: [{ name: 'ON_SALE' }] },
    prototype: null,
  });
  t.regex(messagesOf(await ask('closed', '{ __schema { types { name } } }')), /introspection/);
});

test('what is hidden and comes all the same is null with an error that does not name it', async (t) => {
  const status = '{ product(id: "p2") { name status } }';
  t.deepEqual((await ask('', status)).data, { product: { name: 'Chair', status: 'DISCONTINUED' } });
  const nulled = await ask('partner', status);
  t.deepEqual(nulled.data, { product: { name: 'Chair', status: null } });
  t.like(nulled.errors, { length: 1, 0: { path: ['product', 'status'] } });
  const rows: [query: string, field: string, shown: object][] = [
    ['{ items { name } }', 'items', { name: 'Atlas' }],
    ['{ items { __typename } }', 'items', { __typename: 'Book' }],
    ['{ found { __typename } }', 'found', { __typename: 'Book' }],
  ];
  for (const [query, field, shown] of rows) {
    const { data, errors } = await ask('partner', query);
    t.deepEqual(data, { [field]: [shown, null] }, query);
    t.like(errors, { length: 1, 0: { path: [field, 1] } });
    t.notRegex(JSON.stringify(errors), /Prototype/);
    t.is((await ask('', query)).errors, undefined);
  }
});

test('equal queries of two contracts at the same time are answered for each', async (t) => {
  const query = '{ items { __typename id } product(id: "p2") { status } }';
  const contracts = ['', 'partner', '', 'closed', 'partner'];
  const answers = await Promise.all(contracts.map((contract) => ask(contract, query)));
  const whole = {
    items: [
      { __typename: 'Book', id: 'b1' },
      { __typename: 'Prototype', id: 'x1' },
    ],
    product: { status: 'DISCONTINUED' },
  };
  const part = { items: [{ __typename: 'Book', id: 'b1' }, null], product: { status: null } };
  t.deepEqual(
    answers.map(({ data }) => data),
    contracts.map((contract) => (contract === '' ? whole : part)),
  );
});

test.serial('neither documents nor responses of one contract are those of another', async (t) => {
  const query = '{ items { __typename id name } }';
  const whole = [
    { __typename: 'Book', id: 'b1', name: 'Atlas' },
    { __typename: 'Prototype', id: 'x1', name: 'Engine' },
  ];
  for (const contract of ['', 'partner', '', 'partner']) {
    const { data } = await ask(contract, query);
    t.deepEqual(data, { items: contract === '' ? whole : [whole[0], null] });
  }
  const product = '{ product(id: "p1") { id name } }';
  const calls = () => http.server('products').requests.length;
  await ask('', product);
  const before = calls();
  t.deepEqual(await ask('partner', product), await ask('', product));
  t.is(calls(), before, 'what a subgraph has answered is kept for all contracts');
});

test('limits are those of the contract', async (t) => {
  const deep = '{ product(id: "p1") { reviews { body } } }';
  t.is((await ask('partner', deep)).errors, undefined);
  t.like(await ask('small', deep), {
    errors: { 0: { extensions: { code: 'OPERATION_TOO_COMPLEX', limit: 'depthMax', allowed: 2 } } },
  });
  const costly = '{ items { id } }';
  t.is((await ask('', costly)).errors, undefined);
  t.like(await ask('small', costly), { errors: { 0: { extensions: { limit: 'costMax' } } } });
});

test('an operation that clients of one contract have sent is not known to others', async (t) => {
  const query = '{ product(id: "p1") { status } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const named = { extensions: { persistedQuery: { version: 1, sha256Hash } } };
  const unknown = { errors: { 0: { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } } } };
  t.is((await ask('', { query, ...named })).errors, undefined);
  t.is((await ask('', named)).errors, undefined);
  t.like(await ask('partner', named), unknown);
  t.is((await ask('partner', { query, ...named })).errors, undefined);
  t.is((await ask('partner', named)).errors, undefined);
  t.like(await ask('closed', named), unknown);
});

test('all operations of a batch, and all parts of an answer, are those of the contract', async (t) => {
  const batch = [{ query: '{ secretPlans }' }, { query: '{ product(id: "p2") { status } }' }];
  const answer = await http.post(batch, {}, '/graphql/partner');
  const [first, second] = (await answer.json()) as Answer[];
  t.is(first?.errors?.[0]?.extensions?.code, 'GRAPHQL_VALIDATION_FAILED');
  t.deepEqual(second?.data, { product: { status: null } });
  const query = '{ product(id: "p2") { id ... @defer { status reviews { body } } } }';
  const accept = 'multipart/mixed;deferSpec=20220824, application/json';
  const parted = await (await http.post({ query }, { accept }, '/graphql/partner')).text();
  t.regex(parted, /"hasNext":true/);
  t.regex(parted, /"status":null,"reviews":\[\{"body":"About p2"\}\]/);
  t.notRegex(parted, /DISCONTINUED/);
});

test('a contract that there is not is nothing, and its explorer neither', async (t) => {
  for (const path of ['/graphql/other', '/graphql/partner/x', '/explorer/other/']) {
    t.is((await http.post({ query: '{ __typename }' }, {}, path)).status, 404, path);
  }
});

test('the explorer shows a contract', async (t) => {
  const get = (path: string, accept = 'text/html') =>
    fetch(`${http.url}${path}`, { headers: { accept }, redirect: 'manual' });
  t.is((await get('/graphql/partner')).headers.get('location'), '/explorer/partner/');
  t.is((await get('/explorer/partner')).headers.get('location'), '/explorer/partner/');
  const config = await (await get('/explorer/partner/config.json')).json();
  t.deepEqual(config, { endpoint: '/graphql/partner', title: 'Plaza · partner', examples: [] });
  t.regex(await (await get('/explorer/partner/')).text(), /<title>Explorer/);
});

test('GET and event streams are served by path, and the log says by which contract', async (t) => {
  const search = new URLSearchParams({ query: 'query Streamed { items { __typename } }' });
  const url = `${http.url}/graphql/partner?${search}`;
  const json = await fetch(url, { headers: { accept: 'application/json' } });
  t.like(await json.json(), { data: { items: [{ __typename: 'Book' }, null] } });
  const stream = await fetch(url, { headers: { accept: 'text/event-stream' } });
  t.regex(await stream.text(), /"items":\[\{"__typename":"Book"\},null\]/);
  const lines = http.logs.filter((line) => line['graphql.operation.name'] === 'Streamed');
  t.deepEqual(
    lines.map((line) => line['graphql.contract.name']),
    ['partner', 'partner'],
  );
});

import test from 'ava';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { createTestGateway } from './kit/test-gateway.ts';

const query = '{ items { id stock } }';
const requests = 400;
/** Five standard deviations of a fair coin: one run in two million is outside. */
const tolerance = 50;

/** `Item.stock` moves from the old subgraph to the new one as the label says. */
function subgraphsWith(label: string) {
  const items = [{ id: '1' }, { id: '2' }];
  return {
    old: defineSubgraph({
      name: 'old',
      typeDefs: `
        type Query { items: [Item!]! }
        type Item @key(fields: "id") { id: ID! stock: String }`,
      resolvers: {
        Query: { items: () => items },
        Item: { __resolveReference: (key) => key, stock: () => 'old' },
      },
    }),
    new: defineSubgraph({
      name: 'new',
      typeDefs: `
        type Item @key(fields: "id") { id: ID! stock: String @override(from: "old", label: "${label}") }`,
      resolvers: { Item: { __resolveReference: (key) => key, stock: () => 'new' } },
    }),
  };
}

/** Where the stock of all items of an answer came from. */
function sourceOf(data: unknown): unknown {
  const { items } = data as { readonly items: readonly { readonly stock: string }[] };
  const [source, another] = new Set(items.map(({ stock }) => stock));
  return another ?? source;
}

for (const [percentage, expected] of [
  ['0', 'old'],
  ['100', 'new'],
] as const) {
  test(`takes a field from the ${expected} subgraph at ${percentage} percent`, async (t) => {
    const subgraphs = subgraphsWith(`percent(${percentage})`);
    await using gateway = await createTestGateway({ subgraphs });
    for (let request = 0; request < 50; request += 1) {
      const { data, errors } = await gateway.execute({ query });
      t.is(errors, undefined);
      t.is(sourceOf(data), expected);
    }
  });
}

test('takes a field from the new subgraph in half of the requests at 50 percent', async (t) => {
  await using gateway = await createTestGateway({ subgraphs: subgraphsWith('percent(50)') });
  const answers = await Promise.all(
    Array.from({ length: requests }, () => gateway.execute({ query })),
  );
  const fromNew = answers.filter(({ data }) => sourceOf(data) === 'new').length;
  t.true(Math.abs(fromNew - requests / 2) < tolerance, `${fromNew} of ${requests}`);
});

test('takes a fraction of a percent for what it is', async (t) => {
  let percentile = 0;
  await using gateway = await createTestGateway({
    subgraphs: subgraphsWith('percent(0.5)'),
    overridesFor: () => ({ drawPercentile: () => percentile, isActive: () => false }),
  });
  const sources: unknown[] = [];
  for (percentile of [0, 0.49, 0.5, 99]) {
    sources.push(sourceOf((await gateway.execute({ query })).data));
  }
  t.deepEqual(sources, ['new', 'new', 'old', 'old']);
});

test('a label of its own is active when the configuration names it', async (t) => {
  const subgraphs = subgraphsWith('stock-2027');
  await using inactive = await createTestGateway({ subgraphs });
  t.is(sourceOf((await inactive.execute({ query })).data), 'old');
  const config = { overrides: { activeLabels: ['other', 'stock-2027'] } };
  await using active = await createTestGateway({ subgraphs, config });
  t.is(sourceOf((await active.execute({ query })).data), 'new');
});

test('the log says which labels were active', async (t) => {
  const subgraphs = Object.values(subgraphsWith('stock-2027'));
  const config = { overrides: { activeLabels: ['stock-2027'] } };
  await using gateway = await startHttpGateway({ subgraphs, config });
  await gateway.post({ query });
  const completed = gateway.logs.find(({ message }) => message === 'operation completed');
  t.deepEqual(completed?.['graphql.override.labels'], ['stock-2027']);
});

test('a program decides labels by the request', async (t) => {
  await using gateway = await createTestGateway({
    subgraphs: subgraphsWith('stock-2027'),
    overridesFor: ({ headers }) => ({
      drawPercentile: () => 0,
      isActive: (label) => headers['x-beta'] === label,
    }),
  });
  const [beta, other] = await Promise.all([
    gateway.execute({ query, headers: { 'x-beta': 'stock-2027' } }),
    gateway.execute({ query }),
  ]);
  t.is(sourceOf(beta.data), 'new');
  t.is(sourceOf(other.data), 'old');
});

test('one number decides all percentages', async (t) => {
  let percentile = 0;
  const subgraph = (name: string, fields: string) =>
    defineSubgraph({ name, typeDefs: `type Item @key(fields: "id") { id: ID! ${fields} }` });
  await using gateway = await createTestGateway({
    subgraphs: [
      defineSubgraph({
        name: 'old',
        typeDefs:
          'type Query { item: Item } type Item @key(fields: "id") { id: ID! a: Int b: Int }',
        resolvers: { Query: { item: () => ({ id: '1', a: 1, b: 1 }) } },
      }),
      subgraph('few', 'a: Int @override(from: "old", label: "percent(5)")'),
      subgraph('many', 'b: Int @override(from: "old", label: "percent(20)")'),
    ],
    overridesFor: () => ({ drawPercentile: () => percentile, isActive: () => false }),
  });
  const called: string[][] = [];
  for (percentile of [1, 10, 30]) {
    const before = gateway.fetches().length;
    await gateway.execute({ query: '{ item { a b } }' });
    called.push(
      gateway
        .fetches()
        .slice(before)
        .map((call) => call.subgraph)
        .sort(),
    );
  }
  t.deepEqual(called, [['few', 'many', 'old'], ['many', 'old'], ['old']]);
});

import test from 'ava';
import { createShop } from './defer-kit/shop.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { createTestGateway } from './kit/test-gateway.ts';

async function refusalOf(query: string) {
  const live = defineSubgraph({
    name: 'live',
    typeDefs: 'type Query { now: Int } type Subscription { ticked: Tick } type Tick { at: Int }',
  });
  await using gateway = await createTestGateway({ subgraphs: [...createShop().subgraphs, live] });
  return await gateway.execute({ query, allowedTypes: ['query', 'mutation', 'subscription'] });
}

const refusals: readonly [what: string, query: string, message: string][] = [
  [
    'two fragments under one label',
    '{ product(id: "p1") { ... @defer(label: "a") { name } ... @defer(label: "a") { stars } } }',
    'Label "a" is on two directives "@defer".',
  ],
  [
    'a label by variable',
    'query ($label: String) { product(id: "p1") { ... @defer(label: $label) { name } } }',
    'Argument "label" of directive "@defer" must be a string literal.',
  ],
  [
    '@defer at the root of a mutation',
    'mutation { ...F } fragment F on Mutation { ... @defer { rename(id: "p1", name: "x") { id } } }',
    'Directive "@defer" cannot be used on root fields of a mutation, which run in turn. ' +
      'Use it on what the fields return.',
  ],
  [
    '@defer in a subscription',
    'subscription { ticked { ...F } } fragment F on Tick { ... @defer { at } }',
    'Directive "@defer" cannot be used in a subscription: each event is answered as a whole. ' +
      'Leave it out, or disable it with `if: false`.',
  ],
  [
    '@defer on a field',
    '{ product(id: "p1") { name @defer } }',
    'Directive "@defer" may not be used on FIELD.',
  ],
];

for (const [what, query, message] of refusals) {
  test(`refuses ${what}`, async (t) => {
    const { data, errors } = await refusalOf(query);
    t.is(data, undefined);
    t.like(errors?.[0], { message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });
}

test('allows @defer that is off in a subscription, and below the root of a mutation', async (t) => {
  const subscription = 'subscription { ticked { ... @defer(if: false) { at } } }';
  const { errors } = await refusalOf(subscription);
  t.not(errors?.[0]?.extensions?.code, 'GRAPHQL_VALIDATION_FAILED');
  const mutation = 'mutation { rename(id: "p1", name: "x") { ... @defer { name } } }';
  t.deepEqual(await refusalOf(mutation), { data: { rename: { name: 'x' } } });
});

test('refuses an operation that defers more than 100 fragments, spread ones counted each time', async (t) => {
  await using gateway = await createTestGateway({ subgraphs: createShop().subgraphs });
  const queryOf = (count: number): string => {
    const fields = Array.from(
      { length: count },
      (_, index) => `p${index}: product(id: "p1") { ...F }`,
    );
    return `{ ${fields.join(' ')} } fragment F on Product { ... @defer { name } }`;
  };
  const config = { limits: { aliasesMax: 200, rootFieldsMax: 200 } };
  await using wide = await createTestGateway({ subgraphs: createShop().subgraphs, config });
  const { value } = await wide.executeInParts({ query: queryOf(101) }).next();
  t.like(value, { errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] });
  t.is((await gateway.executeInParts({ query: queryOf(20) }).next()).value?.hasNext, true);
});

test('tells clients of @defer in introspection', async (t) => {
  await using gateway = await createTestGateway({ subgraphs: createShop().subgraphs });
  const query = '{ __schema { directives { name locations args { name defaultValue } } } }';
  const { data } = await gateway.execute({ query });
  const definition = {
    name: 'defer',
    locations: ['FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
    args: [
      { name: 'label', defaultValue: null },
      { name: 'if', defaultValue: 'true' },
    ],
  };
  t.true(JSON.stringify(data).includes(JSON.stringify(definition)));
});

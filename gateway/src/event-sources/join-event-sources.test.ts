import { eventSourceSdl } from '@plaza/schema/event-source';
import test from 'ava';
import { parse, printSchema } from 'graphql';
import { orders, ordersDefinition, users } from '../../test/event-sources/event-graph.ts';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { normalizeOperation } from '../pipeline/normalize-operation.ts';
import type { FetchNode, PlanNode } from '../query-plan/plan-node.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { eventSourceSubgraph } from './join-event-sources.ts';

const snapshot = buildSupergraphSnapshot(composeFixture([orders, users]));

async function fetchesOf(query: string, of = snapshot): Promise<readonly string[]> {
  const plan = await of.planner.plan(normalizeOperation(parse(query), undefined, of));
  return plan.node === undefined ? [] : fetchesIn(plan.node);
}

function fetchesIn(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'Subscription':
      return [describe(node.primary), ...(node.rest === undefined ? [] : fetchesIn(node.rest))];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesIn);
    case 'Flatten':
      return fetchesIn(node.node);
    case 'Fetch':
      return [describe(node)];
    default:
      throw new Error(`${node.kind} is not expected`);
  }
}

function describe({ serviceName, operation }: FetchNode): string {
  const isEvent = serviceName === eventSourceSubgraph;
  return `${isEvent ? 'event' : serviceName}: ${operation.replace(/^[^{]*/, '')}`;
}

test('an event brings the key of an entity, and subgraphs all the rest', async (t) => {
  t.deepEqual(await fetchesOf('subscription { orderChanged(id: 1) { id } }'), [
    'event: {orderChanged(id:1){id}}',
  ]);
  t.deepEqual(await fetchesOf('subscription { orderChanged(id: 1) { status payments } }'), [
    'event: {orderChanged(id:1){__typename id}}',
    'users: {_entities(representations:$representations){...on Order{payments}}}',
    'orders: {_entities(representations:$representations){...on Order{status}}}',
  ]);
});

test('an event brings all of a value type, and the key of an entity in it', async (t) => {
  const query = `subscription {
    seatChanged(match: 1) { seatId status place { row label } user { id name } __typename }
  }`;
  t.deepEqual(await fetchesOf(query), [
    'event: {seatChanged(match:1){__typename seatId status place{row label}user{__typename id}}}',
    'users: {_entities(representations:$representations){...on User{name}}}',
  ]);
  t.deepEqual(await fetchesOf('subscription { visitors }'), ['event: {visitors}']);
});

test('other subscription fields, and queries of the same types, stay with their subgraphs', async (t) => {
  t.deepEqual(await fetchesOf('subscription { clock }'), ['orders: {clock}']);
  t.deepEqual(await fetchesOf('{ order(id: 1) { id status buyer { id } } }'), [
    'orders: {order(id:1){id status buyer{id}}}',
  ]);
});

test('clients see neither the directives nor the topics', (t) => {
  const api = printSchema(snapshot.apiSchema);
  t.notRegex(api, /event(Source|Filter)|visitors\.|topic|order\./);
  t.deepEqual([...snapshot.subgraphs.keys()], ['orders', 'users']);
});

test('reads the directives under whatever names a subgraph imports them', async (t) => {
  const link = eventSourceSdl
    .replace('import: ["@eventSource"', 'import: [{ name: "@eventSource", as: "@topic" }')
    .replace('composeDirective(name: "@eventSource")', 'composeDirective(name: "@topic")')
    .replace('directive @eventSource', 'directive @topic');
  const renamed = defineSubgraph({
    name: 'a',
    typeDefs: `${link} type Query { q: Int } type Subscription { n: Int @topic(topic: "n") }`,
  });
  const other = buildSupergraphSnapshot(composeFixture([renamed]));
  t.deepEqual(await fetchesOf('subscription { n }', other), ['event: {n}']);
});

const refused: Readonly<Record<string, readonly [field: string, reason: RegExp]>> = {
  'an argument that is not there': [
    'x(id: ID!): Int @eventSource(topic: "a.{args.name}")',
    /"Subscription\.x": "\{args\.name\}" in "a\.\{args\.name\}" names an argument that the field does not have/,
  ],
  'an argument that may be null': [
    'x(id: ID): Int @eventSource(topic: "a.{args.id}")',
    /names an argument that is no required/,
  ],
  'an argument that is a list': [
    'x(id: [ID!]!): Int @eventSource(topic: "a.{args.id}")',
    /names an argument that is no required/,
  ],
  'an unknown placeholder': [
    'x: Int @eventSource(topic: "a.{viewer.name}")',
    /"\{viewer\.name\}" in "a\.\{viewer\.name\}" is no placeholder/,
  ],
  'an unknown placeholder of a filter': [
    'x: Int @eventSource(topic: "a") @eventFilter(field: "f", in: ["{payload.id}"])',
    /"Subscription\.x": "\{payload\.id\}" in/,
  ],
  'a brace alone': ['x: Int @eventSource(topic: "a{")', /"a\{" in "a\{" is no placeholder/],
  'no topic': ['x: Int @eventSource(topic: "")', /"Subscription\.x": a template is empty/],
  'a filter alone': [
    'x: Int @eventFilter(field: "f", in: ["a"])',
    /"Subscription\.x": @eventFilter needs @eventSource beside it/,
  ],
  'a list': [
    'x: [Int] @eventSource(topic: "a")',
    /"Subscription\.x" has @eventSource, but its type is a list/,
  ],
  'an interface': [
    'x: Node @eventSource(topic: "a")',
    /"Subscription\.x" has @eventSource, but Node is no object type/,
  ],
  'a value type that asks for more': [
    'x: Value @eventSource(topic: "a")',
    /"Subscription\.x" has @eventSource, but Value\.sized takes arguments/,
  ],
};

for (const [what, [field, reason]] of Object.entries(refused)) {
  test(`composition and start-up refuse an event source with ${what}`, (t) => {
    const subgraph = defineSubgraph({
      name: 'a',
      typeDefs: `
        ${eventSourceSdl}
        type Query { q: Int node: Node }
        type Subscription { ${field} }
        interface Node { id: ID }
        type Thing implements Node { id: ID }
        type Value { sized(width: Int): Int }`,
    });
    const error = t.throws(() => buildSupergraphSnapshot(composeFixture([subgraph])), {
      code: 'SUPERGRAPH_UNAVAILABLE',
    });
    t.regex(error?.message ?? '', reason);
  });
}

test('only fields of Subscription may have a topic', (t) => {
  const typeDefs = `${eventSourceSdl} type Query { q: Int @eventSource(topic: "a") }`;
  const subgraph = defineSubgraph({ name: 'a', typeDefs });
  t.throws(() => buildSupergraphSnapshot(composeFixture([subgraph])), {
    message: /"Query\.q" has @eventSource: only fields of Subscription may/,
  });
});

test('a later major version of the specification is refused, not guessed at', (t) => {
  const typeDefs = ordersDefinition.typeDefs.replace(/eventSource\/v[\d.]+/, 'eventSource/v2.0');
  const subgraph = defineSubgraph({ name: 'orders', typeDefs });
  t.throws(() => buildSupergraphSnapshot(composeFixture([subgraph])), {
    message: /only version 1 is known/,
  });
});

test('says which events are about nothing cached, and takes version 1.0, which cannot', (t) => {
  const definition = (name: string, sdl: string, given: string) =>
    defineSubgraph({
      name,
      typeDefs: `${sdl} type Query { ${name}: Int }
        type Subscription { ${name}Changed: Int @eventSource(${given}) }`,
    });
  const old = eventSourceSdl.replace('v1.1', 'v1.0').replace(', evicts: Boolean! = true', '');
  t.not(old, eventSourceSdl);
  const { eventSources } = buildSupergraphSnapshot(
    composeFixture([
      definition('a', old, 'topic: "a"'),
      definition('b', eventSourceSdl, 'topic: "b"'),
      definition('c', eventSourceSdl, 'topic: "c", evicts: false'),
    ]),
  );
  const evicting = [...eventSources].map(([field, { evicts }]) => [field, evicts]);
  t.deepEqual(evicting.sort(), [
    ['aChanged', true],
    ['bChanged', true],
    ['cChanged', false],
  ]);
});

import test from 'ava';
import { parse } from 'graphql';
import { orders, users } from '../../test/event-sources/event-graph.ts';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { normalizeOperation } from '../pipeline/normalize-operation.ts';
import { planOperation } from '../pipeline/plan-operation.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { createChannelPlan, dependsOnHeaders, sourceRequestOf } from './channel-plan.ts';

const supergraph = buildSupergraphSnapshot(composeFixture([orders, users]));

async function planOf(query: string) {
  const operation = normalizeOperation(parse(query), undefined, supergraph);
  const plan = await planOperation(operation, supergraph);
  const overrides = { drawPercentile: () => 0, isActive: () => false };
  const request = { query, overrides };
  return createChannelPlan(
    { request, supergraph, view: supergraph, operation, variables: {}, plan },
    undefined,
  );
}

test('a subscription depends on who asks where something is asked for in their name', async (t) => {
  const table: Readonly<Record<string, boolean>> = {
    'subscription { seatChanged(match: 1) { seatId user { id } } }': false,
    'subscription { visitors }': false,
    'subscription { seatChanged(match: 1) { user { name } } }': true,
    'subscription { clock }': true,
  };
  for (const [query, depends] of Object.entries(table)) {
    t.is(dependsOnHeaders(await planOf(query)), depends, query);
  }
});

test('a topic is no subgraph: it sees no header', async (t) => {
  const headers = { authorization: 'Bearer x' };
  const clock = sourceRequestOf(await planOf('subscription { clock }'), headers);
  t.deepEqual([clock.headers, clock.feed], [headers, undefined]);
  const visitors = sourceRequestOf(await planOf('subscription { visitors }'), headers);
  t.deepEqual(
    [visitors.headers, visitors.feed],
    [{}, { subgraph: 'orders', topic: 'visitors', filters: [] }],
  );
});

test('default values of arguments take part in the topic', async (t) => {
  const { feed, ...plan } = await planOf('subscription { seatChanged(match: 1) { seatId } }');
  t.deepEqual(feed, { subgraph: 'orders', topic: 'match.1.seats', filters: [] });
  t.deepEqual(sourceRequestOf({ feed, ...plan }, {}).field.arguments, { match: '1', kind: 'ALL' });
});

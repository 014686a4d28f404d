import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { parse } from 'graphql';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { normalizeOperation } from './normalize-operation.ts';
import { planOperation } from './plan-operation.ts';

const real = buildSupergraphSnapshot(
  composeFixture([defineSubgraph({ name: 'a', typeDefs: 'type Query { a: Int b: Int c: Int }' })]),
);

/** A snapshot of its own, with a planner that counts. */
function countingSnapshot(plan: () => Promise<QueryPlan>) {
  const counted = { plans: 0 };
  const snapshot: SupergraphSnapshot = {
    ...real,
    planner: {
      ...real.planner,
      plan: () => {
        counted.plans += 1;
        return plan();
      },
    },
  };
  const run = (query: string, planCacheEntriesMax = 10) =>
    planOperation(normalizeOperation(parse(query), undefined, snapshot), snapshot, {
      planCacheEntriesMax,
    });
  return { counted, run };
}

const plan: QueryPlan = { kind: 'QueryPlan' };

test('plans once for all that ask for the same operation, also at the same time', async (t) => {
  const { counted, run } = countingSnapshot(() => Promise.resolve(plan));
  await Promise.all([run('{ a }'), run('{ a }'), run('{\n  a # the same\n}')]);
  await run('{ a }');
  t.is(counted.plans, 1);
  await run('query Named { a }');
  t.is(counted.plans, 2);
});

test('keeps no more plans than allowed', async (t) => {
  const { counted, run } = countingSnapshot(() => Promise.resolve(plan));
  for (const query of ['{ a }', '{ b }', '{ c }', '{ a }']) await run(query, 2);
  t.is(counted.plans, 4);
  await run('{ c }', 2);
  t.is(counted.plans, 4);
});

test('remembers a refusal, but not a failure', async (t) => {
  const refusing = countingSnapshot(() =>
    Promise.reject(new AppError('GRAPHQL_VALIDATION_FAILED', 'No')),
  );
  await t.throwsAsync(refusing.run('{ a }'));
  await t.throwsAsync(refusing.run('{ a }'));
  t.is(refusing.counted.plans, 1);

  const failing = countingSnapshot(() => Promise.reject(new Error('out of memory')));
  await t.throwsAsync(failing.run('{ a }'));
  await t.throwsAsync(failing.run('{ a }'));
  t.is(failing.counted.plans, 2);
});

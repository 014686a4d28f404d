import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import { defineSubgraph } from '../../test/kit/define-subgraph.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { executePlan } from './execute-plan.ts';
import type { FetchNode, PlanNode } from './plan-node.ts';

const snapshot = buildSupergraphSnapshot(
  composeFixture([defineSubgraph({ name: 'a', typeDefs: 'type Query { a: Int b: Int }' })]),
);

const fetchOf = (operation: string): FetchNode => ({
  kind: 'Fetch',
  serviceName: 'a',
  operation,
  operationKind: 'query',
  variableUsages: [],
});

function execute(node: PlanNode, variables: Readonly<Record<string, unknown>> = {}) {
  const { signal } = new AbortController();
  const context = { requestId: '1', headers: {}, signal };
  return executePlan({ kind: 'QueryPlan', node }, { snapshot, variables, context }, (request) =>
    Promise.resolve({ data: { [request.operation]: 1 } }),
  );
}

test('refuses plan nodes of operations that are not served', async (t) => {
  const nodes: readonly PlanNode[] = [{ kind: 'Subscription', primary: fetchOf('{a}') }];
  for (const node of nodes) {
    const error = await t.throwsAsync(execute(node), { instanceOf: AppError });
    t.is(error.code, 'BAD_REQUEST');
  }
});

test('takes the branch of a condition that its variable tells, if there is one', async (t) => {
  const condition: PlanNode = {
    kind: 'Condition',
    condition: 'on',
    ifClause: fetchOf('yes'),
    elseClause: fetchOf('no'),
  };
  const keysFor = async (node: PlanNode, on: unknown) =>
    Object.keys((await execute(node, { on })).data);
  t.deepEqual(await keysFor(condition, true), ['yes']);
  t.deepEqual(await keysFor(condition, false), ['no']);
  t.deepEqual(await keysFor({ kind: 'Condition', condition: 'on' }, true), []);
});

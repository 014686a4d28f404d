import test from 'ava';
import { orderFetches } from './order-fetches.ts';
import type { FetchNode, PlanNode, RequiresSelection } from './plan-node.ts';

/** A fetch of the fields of `room` for which it requires others. */
function fetch(fields: string, ...required: readonly string[]): PlanNode {
  const root: FetchNode = {
    kind: 'Fetch',
    serviceName: fields,
    operation: `{ room { ${fields} } }`,
    operationKind: 'query',
    variableUsages: [],
  };
  if (required.length === 0) return root;
  const selections = required.map((name): RequiresSelection => ({ kind: 'Field', name }));
  const requires = [{ kind: 'InlineFragment', typeCondition: 'Room', selections }] as const;
  const operation = `{ _entities { ... on Room { ${fields} } } }`;
  return { kind: 'Flatten', path: ['room', '@'], node: { ...root, operation, requires } };
}

const sequence = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: 'Sequence', nodes });
const parallel = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes });

test('leaves a plan as it is in which everything is there when it is needed', (t) => {
  const plan = sequence(
    fetch('id code'),
    parallel(fetch('size id', 'id'), sequence(fetch('place', 'code'), fetch('label', 'place'))),
    fetch('title', 'size', 'label'),
  );
  t.deepEqual(orderFetches(plan), plan);
});

test('moves a fetch of a sequence behind the one that brings what it requires', (t) => {
  const plan = sequence(
    fetch('id'),
    fetch('label', 'size'),
    fetch('code', 'id'),
    fetch('size', 'code'),
  );
  t.deepEqual(
    orderFetches(plan),
    sequence(fetch('id'), fetch('code', 'id'), fetch('size', 'code'), fetch('label', 'size')),
  );
});

test('takes a fetch out of a parallel node that waits for another one of it', (t) => {
  const plan = sequence(fetch('id'), parallel(fetch('label', 'size'), fetch('size', 'id')));
  t.deepEqual(
    orderFetches(plan),
    sequence(fetch('id'), sequence(fetch('size', 'id'), fetch('label', 'size'))),
  );
});

test('orders the primary part and each deferred part by itself', (t) => {
  const label = fetch('label', 'size');
  const size = fetch('size', 'id');
  const title = fetch('title', 'tone');
  const tone = fetch('tone', 'id');
  const defer = (primary: PlanNode, deferred: PlanNode): PlanNode => ({
    kind: 'Defer',
    primary: { subselection: '{ room { id } }', node: primary },
    deferred: [{ depends: [], queryPath: [], node: deferred }],
  });
  t.deepEqual(
    orderFetches(defer(sequence(label, size), sequence(title, tone))),
    defer(sequence(size, label), sequence(tone, title)),
  );
});

test('keeps the order of fetches that wait for each other', (t) => {
  const plan = sequence(fetch('one', 'two'), fetch('two', 'one'));
  t.deepEqual(orderFetches(plan), plan);
});

test('orders what is fetched for each event of a subscription', (t) => {
  const primary = fetch('id') as FetchNode;
  const rest = parallel(fetch('label', 'size'), fetch('size', 'id'));
  t.deepEqual(orderFetches({ kind: 'Subscription', primary, rest }), {
    kind: 'Subscription',
    primary,
    rest: sequence(fetch('size', 'id'), fetch('label', 'size')),
  });
});

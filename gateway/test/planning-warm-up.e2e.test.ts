import test from 'ava';
import { parse } from 'graphql';
import type { ConfigInput } from '../src/config.ts';
import { createConfig } from '../src/config.ts';
import { DocumentCache } from '../src/document-cache.ts';
import type { NormalizedOperation } from '../src/pipeline/normalize-operation.ts';
import { normalizeOperation } from '../src/pipeline/normalize-operation.ts';
import { operationsInUse, planOperation } from '../src/pipeline/plan-operation.ts';
import { warmOperations } from '../src/planning/warm-operations.ts';
import type { QueryPlan } from '../src/query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../src/supergraph/snapshot.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { planOn } from './planning/planned-snapshot.ts';
import { operationOfDepth, slowSubgraphs, slowSupergraph } from './planning/slow-graph.ts';

/** A supergraph in use, its successor, and the documents that clients sent. */
async function startChange(currentSdl: string, nextSdl: string) {
  const stack = new DisposableStack();
  const current = stack.use(await planOn(currentSdl)).snapshot;
  const next = stack.use(await planOn(nextSdl)).snapshot;
  const documents = new DocumentCache({ entriesMax: 100, charactersMax: 1_000_000 });
  const operationOn = (snapshot: SupergraphSnapshot, text: string, name?: string) => {
    const document = documents.get(text, snapshot) ?? parse(text, { noLocation: true });
    documents.set(text, snapshot, document);
    return normalizeOperation(document, name, snapshot);
  };
  const use = (text: string, name?: string): Promise<QueryPlan> =>
    planOperation(operationOn(current, text, name), current);
  const warm = (planning: ConfigInput['planning'] = {}): Promise<number> =>
    warmOperations(
      { current, next },
      documents,
      createConfig({ supergraph: 'fixture', planning: { workersMax: 1, ...planning } }),
    );
  /** What is ready on the next supergraph, the last used first. */
  const ready = (): readonly NormalizedOperation[] => operationsInUse(next, 100);
  return {
    current,
    next,
    documents,
    use,
    warm,
    ready,
    [Symbol.dispose]: () => stack.dispose(),
  };
}

function textOf({ document }: NormalizedOperation): string {
  return document.definitions
    .map((node) => (node as { name?: { value: string } }).name?.value)
    .join();
}

test.serial('makes the operations in use ready before the swap, the last used first', async (t) => {
  using change = await startChange(slowSupergraph, `${slowSupergraph}\n# next`);
  const texts = ['query A { quick }', 'query B { thing { id } }', 'query C { thing { red } }'];
  for (const text of [...texts, texts[0] ?? '']) await change.use(text);
  t.is(await change.warm({ warmOperationsMax: 2 }), 2);
  t.deepEqual(change.ready().map(textOf), ['C', 'A']);
  t.deepEqual(
    [...change.documents.entriesOf(change.next)].map(([text]) => text),
    [texts[2], texts[0]],
  );
});

test.serial('has nothing to parse, check and plan of what is ready', async (t) => {
  using change = await startChange(slowSupergraph, `${slowSupergraph}\n# next`);
  const text = 'query A { quick } query B { thing { id } } query Unused { thing { red } }';
  for (const name of ['A', 'B']) await change.use(text, name);
  t.is(await change.warm(), 2);
  const document = change.documents.get(text, change.current);
  t.is(change.documents.get(text, change.next), document);
  if (document === undefined) return;
  const operations = ['A', 'B', 'Unused'].map((name) =>
    normalizeOperation(document, name, change.next),
  );
  const isReady = operations.map((operation) => change.ready().includes(operation));
  t.deepEqual(isReady, [true, true, false]);
});

test.serial('leaves out what nobody could run, and what the next graph refuses', async (t) => {
  const next = composeFixture(slowSubgraphs.slice(0, 2));
  using change = await startChange(slowSupergraph, next);
  await change.use('query Gone { thing { blue } }');
  await change.use('query Kept { thing { green } }');
  await t.throwsAsync(change.use('query Refused { nothing }'));
  t.is(await change.warm(), 1);
  t.deepEqual(change.ready().map(textOf), ['Kept']);
  t.is([...change.documents.entriesOf(change.next)].length, 1);
});

test.serial('waits for plans no longer than it may', async (t) => {
  using change = await startChange(slowSupergraph, `${slowSupergraph}\n# next`);
  await change.use(operationOfDepth(5));
  t.is(await change.warm({ warmTimeoutMs: 1 }), 0);
});

test.serial('plans for each share of requests that the next graph may tell apart', async (t) => {
  const supergraph = (percent: number) =>
    composeFixture([
      defineSubgraph({ name: 'old', typeDefs: 'type Query { a: Int b: Int }' }),
      defineSubgraph({
        name: 'new',
        typeDefs: `type Query {
          a: Int @override(from: "old", label: "percent(${percent})")
          b: Int @override(from: "old", label: "percent(90)")
        }`,
      }),
    ]);
  using change = await startChange(supergraph(5), supergraph(50));
  await change.use('{ a b }');
  t.is(await change.warm(), 1);
  t.deepEqual(
    change.ready().map(({ activeLabels }) => activeLabels),
    [[], ['percent(90)'], ['percent(50)', 'percent(90)']],
  );
});

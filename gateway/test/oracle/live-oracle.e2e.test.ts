import { randomUUID } from 'node:crypto';
import test from 'ava';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { OperationResult, TestGateway } from '../kit/test-gateway.ts';
import { createTestGateway } from '../kit/test-gateway.ts';
import { toAnswer } from './answer.ts';
import { toSubscription, withLiveFields } from './live-graph.ts';
import type { OracleOperation } from './oracle-graph.ts';
import { oracleGraphs } from './oracle-graphs.ts';

/** How many of the corpus can be asked as a subscription; fewer means that the test has gone blind. */
const operationsMin = 200;
let compared = 0;

for (const graph of oracleGraphs) {
  test.serial(`${graph.name}: an event is answered as the query is`, async (t) => {
    const subgraphs = graph.subgraphs.flatMap((subgraph) => withLiveFields(subgraph) ?? []);
    if (subgraphs.length < graph.subgraphs.length) return t.pass();
    const supergraphSdl = composeFixture(subgraphs);
    const config = { logging: { level: 'silent' }, requestTimeoutMs: 600_000 } as const;
    await using gateway = await createTestGateway({ subgraphs, supergraphSdl, config });
    for (const [name, entry] of Object.entries(graph.operations)) {
      const operation: OracleOperation = typeof entry === 'string' ? { query: entry } : entry;
      const live = toSubscription(operation.query);
      const fields = gateway.snapshot.apiSchema.getSubscriptionType()?.getFields() ?? {};
      if (live === undefined || operation.failing !== undefined) continue;
      if (!Object.hasOwn(fields, live.fieldName)) continue;
      const { variables = {} } = operation;
      const answer = await gateway.execute({ query: operation.query, variables });
      const event = await firstEvent(gateway, live.query, variables);
      t.deepEqual(toAnswer(event), toAnswer(answer), name);
      t.is(JSON.stringify(event.data), JSON.stringify(answer.data), name);
      compared += 1;
    }
    return t.pass();
  });
}

test.serial('most of the corpus can be asked as a subscription', (t) => {
  t.true(compared >= operationsMin, `${compared} operations`);
});

/** The first event of a subscription, or why there is none. */
async function firstEvent(
  { gateway }: TestGateway,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<OperationResult> {
  const { promise, resolve } = Promise.withResolvers<OperationResult>();
  const outcome = await gateway.runLive({
    query,
    variables,
    headers: {},
    requestId: randomUUID(),
    signal: new AbortController().signal,
    allowedTypes: ['subscription'],
    subscriberFor: () => ({
      next: ({ payload }) => resolve(JSON.parse(payload.toString()) as OperationResult),
      gap: () => undefined,
      complete: () => resolve({ data: null }),
      fail: (errors) => resolve({ errors }),
    }),
  });
  if (outcome.kind === 'response') return JSON.parse(outcome.body.toString()) as OperationResult;
  const event = await promise;
  outcome.subscription.close();
  return event;
}

import test from 'ava';
import { parse } from 'graphql';
import { incrementalFormats } from '../../src/incremental-delivery/write-payload.ts';
import { validateDocument } from '../../src/pipeline/validate-document.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { IncrementalPayload, MergedAnswer } from '../kit/merge-payloads.ts';
import { mergePayloads } from '../kit/merge-payloads.ts';
import type { TestGateway } from '../kit/test-gateway.ts';
import { createTestGateway } from '../kit/test-gateway.ts';
import type { Answer } from './answer.ts';
import { numberFromCommandLine } from './command-line-number.ts';
import { faultsOfDeferred, faultsOfDeferredPartly } from './deferred-faults.ts';
import { textsOf } from './graph-texts.ts';
import type { OracleGraph, OracleOperation } from './oracle-graph.ts';
import { oracleGraphs } from './oracle-graphs.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import { randomOperation } from './random-operation.ts';
import { answerFromMonolith, buildMonolith } from './run-monolith.ts';
import { deferVariables, sprinkleDefer } from './sprinkle-defer.ts';

/** To draw others: `ava <this file> -- --seed=7 --operations=500`. */
const seed = numberFromCommandLine('seed', 20_261_122);
const operationsPerGraph = numberFromCommandLine('operations', 10);

/** What an operation with `@defer` was answered, and what one schema answers to it without. */
interface Trial {
  readonly payloads: readonly IncrementalPayload[];
  readonly monolith: Answer;
  readonly details: string;
}

let operations = 0;
let answeredInParts = 0;

for (const graph of oracleGraphs) {
  if (graph.monolith === undefined) continue;
  test(`${graph.name}: parts add up to what one schema answers at once`, async (t) => {
    for await (const { payloads, monolith, details } of trials(graph, () => undefined)) {
      const faults = faultsOf(payloads, (merged) => faultsOfDeferred(merged, monolith));
      t.deepEqual(faults, [], details);
      operations += 1;
      if (payloads.length > 1) answeredInParts += 1;
    }
  });

  test(`${graph.name}: parts add up to what is left without a subgraph`, async (t) => {
    const oneDead = (random: Random): string => random.oneOf(graph.subgraphs).name;
    for await (const { payloads, monolith, details } of trials(graph, oneDead)) {
      const faults = faultsOf(payloads, (merged) => faultsOfDeferredPartly(merged, monolith));
      t.deepEqual(faults, [], details);
    }
  });
}

test.after('enough of the operations were answered in parts', (t) => {
  t.log(`${operations} operations, ${answeredInParts} of them answered in parts`);
  t.true(answeredInParts > operations / 4);
});

async function* trials(
  graph: OracleGraph,
  drawDead: (random: Random) => string | undefined,
): AsyncGenerator<Trial> {
  const supergraphSdl = composeFixture(graph.subgraphs);
  await using gateway = await createTestGateway({
    subgraphs: graph.subgraphs,
    supergraphSdl,
    // Many graphs are composed and planned at once: time says nothing about an answer here.
    config: { logging: { level: 'silent' }, requestTimeoutMs: 600_000 },
  });
  const schema = buildMonolith(supergraphSdl, graph.monolith ?? {});
  const random = createRandom(seed + graph.name.length);
  const texts = textsOf(graph);
  const drawn = Array.from({ length: operationsPerGraph }, () =>
    randomOperation(schema, random, texts),
  );
  for (const whole of [...operationsOf(graph), ...drawn]) {
    // The corpus' mutations are pure: no subgraph knows afterwards what they have made.
    if (whole.query.trimStart().startsWith('mutation')) continue;
    const query = sprinkled(whole.query, random, gateway);
    if (query === undefined) continue;
    const dead = drawDead(random);
    for (const { name } of graph.subgraphs) {
      gateway.behave(name, { kind: name === dead ? 'reject' : 'ok' });
    }
    const variables = { ...whole.variables, ...deferVariables };
    const format = random.oneOf(incrementalFormats);
    const payloads: IncrementalPayload[] = [];
    for await (const payload of gateway.executeInParts({ ...whole, query, variables, format })) {
      payloads.push(payload);
    }
    const monolith = await answerFromMonolith(schema, whole);
    const details = [
      `seed ${seed}: ${query}`,
      `variables: ${JSON.stringify(variables)}, ${format}, dead: ${dead}`,
      ...payloads.map((payload) => JSON.stringify(payload)),
      `monolith: ${JSON.stringify(monolith)}`,
    ].join('\n');
    yield { payloads, monolith, details };
  }
}

function operationsOf({ operations: all }: OracleGraph): OracleOperation[] {
  return Object.values(all)
    .map((operation) => (typeof operation === 'string' ? { query: operation } : operation))
    .filter(({ failing }) => failing === undefined);
}

/** Undefined for the few that cannot be valid, such as those with two operations. */
function sprinkled(query: string, random: Random, { snapshot }: TestGateway): string | undefined {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const text = sprinkleDefer(query, random);
    try {
      validateDocument(parse(text), snapshot.apiSchema, { isIntrospectionEnabled: true });
      return text;
    } catch {
      // A variable that is not used where it is declared.
    }
  }
  return undefined;
}

function faultsOf(
  payloads: readonly IncrementalPayload[],
  compare: (merged: MergedAnswer) => readonly string[],
): readonly string[] {
  try {
    return compare(payloads.length === 1 ? whole(payloads[0]) : mergePayloads(payloads));
  } catch (error) {
    return [String(error)];
  }
}

function whole({ data = null, errors = [] }: IncrementalPayload = {}): MergedAnswer {
  return { data, errors, failed: [] };
}

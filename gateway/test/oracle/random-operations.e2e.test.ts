import test from 'ava';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { Answer } from './answer.ts';
import { isEqualData } from './answer.ts';
import { numberFromCommandLine } from './command-line-number.ts';
import { textsOf } from './graph-texts.ts';
import { areNullsExplainedBy } from './located-errors.ts';
import type { OracleGraph } from './oracle-graph.ts';
import { oracleGraphs } from './oracle-graphs.ts';
import { faultsOfPartialData } from './partial-data.ts';
import { createRandom } from './random.ts';
import { randomOperation } from './random-operation.ts';
import { answerFromMonolith, buildMonolith } from './run-monolith.ts';
import { createPlazaSubject } from './run-plaza.ts';

/** To draw others: `ava <this file> -- --seed=7 --operations=500`. */
const seed = numberFromCommandLine('seed', 20_261_122);
const operationsPerGraph = numberFromCommandLine('operations', 20);

/** What the gateway answered to an operation, and what one schema did. */
interface Trial {
  readonly ours: Answer;
  readonly monolith: Answer;
  readonly details: string;
}

for (const graph of oracleGraphs) {
  if (graph.monolith === undefined) continue;
  test(`${graph.name}: answers random operations as one schema does`, async (t) => {
    for await (const { ours, monolith, details } of trials(graph, () => [])) {
      t.true(isEqualData(ours.data, monolith.data), details);
      t.true(areNullsExplainedBy(ours.errors, monolith), details);
      t.true(areNullsExplainedBy(monolith.errors, ours), details);
    }
  });

  test(`${graph.name}: answers what is left of random operations without a subgraph`, async (t) => {
    const random = createRandom(seed);
    const oneDead = () => [random.oneOf(graph.subgraphs).name];
    for await (const { ours, monolith, details } of trials(graph, oneDead)) {
      t.deepEqual(faultsOfPartialData(ours, monolith), [], details);
    }
  });
}

async function* trials(
  graph: OracleGraph,
  failing: () => readonly string[],
): AsyncGenerator<Trial> {
  const supergraphSdl = composeFixture(graph.subgraphs);
  await using plaza = await createPlazaSubject(graph, supergraphSdl);
  const schema = buildMonolith(supergraphSdl, graph.monolith ?? {});
  const random = createRandom(seed + graph.name.length);
  const texts = textsOf(graph);
  for (let number = 0; number < operationsPerGraph; number += 1) {
    const operation = { ...randomOperation(schema, random, texts), failing: failing() };
    const ours = await plaza.answer(operation);
    const monolith = await answerFromMonolith(schema, operation);
    const details = [
      `seed ${seed}, operation ${number}: ${operation.query}`,
      `variables: ${JSON.stringify(operation.variables)}, failing: ${operation.failing.join()}`,
      `ours: ${JSON.stringify(ours)}`,
      `monolith: ${JSON.stringify(monolith)}`,
    ].join('\n');
    yield { ours, monolith, details };
  }
}

import test from 'ava';
import { parse, visit } from 'graphql';
import { composeFixture } from '../kit/compose-fixture.ts';
import { isEqualData } from './answer.ts';
import { areNullsExplainedBy } from './located-errors.ts';
import type { OracleGraph } from './oracle-graph.ts';
import { oracleGraphs } from './oracle-graphs.ts';
import { createRandom } from './random.ts';
import { randomOperation } from './random-operation.ts';
import { answerFromMonolith, buildMonolith } from './run-monolith.ts';
import { createPlazaSubject } from './run-plaza.ts';

/** To draw others: `ava <this file> -- --seed=7 --operations=500`. */
const seed = numberFromCommandLine('seed', 20_261_122);
const operationsPerGraph = numberFromCommandLine('operations', 20);

for (const [index, graph] of oracleGraphs.entries()) {
  const { name, monolith: resolvers } = graph;
  if (resolvers === undefined) continue;
  test(`${name}: random operations answer as one schema does`, async (t) => {
    const supergraphSdl = composeFixture(graph.subgraphs);
    await using plaza = await createPlazaSubject(graph, supergraphSdl);
    const monolith = buildMonolith(supergraphSdl, resolvers);
    const random = createRandom(seed + index);
    const texts = textsOf(graph);
    for (let number = 0; number < operationsPerGraph; number += 1) {
      const operation = randomOperation(monolith, random, texts);
      const ours = await plaza.answer(operation);
      const theirs = await answerFromMonolith(monolith, operation);
      const details = [
        `seed ${seed}, operation ${number}: ${operation.query}`,
        `variables: ${JSON.stringify(operation.variables)}`,
        `ours: ${JSON.stringify(ours)}`,
        `monolith: ${JSON.stringify(theirs)}`,
      ].join('\n');
      t.true(isEqualData(ours.data, theirs.data), details);
      t.true(areNullsExplainedBy(ours.errors, theirs), details);
      t.true(areNullsExplainedBy(theirs.errors, ours), details);
    }
  });
}

/** The texts in the graph's own operations: its ids, mostly, so that random ones find something. */
function textsOf({ operations }: OracleGraph): string[] {
  const texts = new Set(['', 'none']);
  for (const operation of Object.values(operations)) {
    const query = typeof operation === 'string' ? operation : operation.query;
    visit(parse(query), { StringValue: ({ value }) => void texts.add(value) });
  }
  return [...texts];
}

function numberFromCommandLine(name: string, fallback: number): number {
  const prefix = `--${name}=`;
  const text = process.argv.find((argument) => argument.startsWith(prefix));
  return text === undefined ? fallback : Number(text.slice(prefix.length));
}

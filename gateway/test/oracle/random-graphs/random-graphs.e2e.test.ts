import test from 'ava';
import { knownDifferences } from './compare-answers.ts';
import { readRandomGraphSettings } from './config.ts';
import { tryGraph } from './try-graph.ts';

/** Graphs in one test, so that a long run shows how far it is. */
const graphsPerTest = 5;

const { firstSeed, graphs, operations } = readRandomGraphSettings();
const totals = {
  composing: 0,
  refused: 0,
  operations: 0,
  withErrors: 0,
  withoutSubgraph: 0,
  subgraphCalls: 0,
};

const explained = new Map(Object.keys(knownDifferences).map((name) => [name, 0]));

for (let from = firstSeed; from < firstSeed + graphs; from += graphsPerTest) {
  const to = Math.min(from + graphsPerTest, firstSeed + graphs) - 1;
  test.serial(`random graphs of seeds ${from} to ${to}: answers as one schema does`, async (t) => {
    const reports: string[] = [];
    for (let seed = from; seed <= to; seed += 1) {
      const trial = await tryGraph(seed, operations);
      totals[trial.composes ? 'composing' : 'refused'] += 1;
      totals.operations += trial.operations;
      totals.withErrors += trial.withErrors;
      totals.withoutSubgraph += trial.withoutSubgraph;
      totals.subgraphCalls += trial.subgraphCalls;
      for (const name of trial.explained) explained.set(name, (explained.get(name) ?? 0) + 1);
      reports.push(...trial.reports);
    }
    t.deepEqual(reports, [], reports.join('\n\n'));
  });
}

test.serial('most random graphs compose, and their operations meet several subgraphs', (t) => {
  t.log(
    `Seeds ${firstSeed} to ${firstSeed + graphs - 1}: ${totals.composing} graphs, ` +
      `${totals.refused} refused by composition; ${totals.operations} operations, of which ` +
      `${totals.withErrors} with errors in one schema too and ${totals.withoutSubgraph} without a ` +
      `subgraph; ${totals.subgraphCalls} calls. Known differences: ` +
      `${[...explained].map(([name, times]) => `${name} ${times}`).join(', ')}.`,
  );
  t.true(totals.composing > totals.refused);
  t.true(totals.subgraphCalls > totals.operations);
});

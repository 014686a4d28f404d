import test from 'ava';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { Answers } from './check-operation.ts';
import { checkOperation } from './check-operation.ts';
import type { DifferenceRule } from './explain-difference.ts';
import { differenceRules } from './explain-difference.ts';
import type { OracleOperation } from './oracle-graph.ts';
import { oracleGraphs } from './oracle-graphs.ts';
import { createApolloOracle } from './run-apollo.ts';
import { answerFromMonolith, buildMonolith } from './run-monolith.ts';
import { createPlazaSubject } from './run-plaza.ts';

const totals = {
  operations: 0,
  equalToApollo: 0,
  equalToMonolith: 0,
  expected: 0,
  apolloCalls: 0,
  ourCalls: 0,
  apolloCallsForEqualData: 0,
  ourCallsForEqualData: 0,
};
const firedRules = new Map(differenceRules.map(({ name }) => [name, 0]));

for (const graph of oracleGraphs) {
  test.serial(
    `${graph.name}: answers every operation as one schema and as Apollo do`,
    async (t) => {
      const supergraphSdl = composeFixture(graph.subgraphs);
      await using plaza = await createPlazaSubject(graph, supergraphSdl);
      await using apollo =
        graph.refusedByApollo === undefined ? await createApolloOracle(graph, supergraphSdl) : null;
      const monolith = graph.monolith && buildMonolith(supergraphSdl, graph.monolith);

      const failures: string[] = [];
      for (const [name, entry] of Object.entries(graph.operations)) {
        const operation: OracleOperation = typeof entry === 'string' ? { query: entry } : entry;
        const isForMonolith = monolith !== undefined && operation.failing === undefined;
        const answers: Answers = {
          ours: await plaza.answer(operation),
          apollo: await apollo?.answer(operation),
          monolith: isForMonolith ? await answerFromMonolith(monolith, operation) : undefined,
        };
        const { faults, rules } = checkOperation(operation, supergraphSdl, answers);
        if (faults.length > 0) failures.push(describe(name, operation, answers, faults));
        else count(operation, answers, rules);
      }
      t.is(failures.length, 0, failures.join('\n\n'));
    },
  );
}

test.serial('ApolloGateway refuses the graphs that are not compared with it', async (t) => {
  for (const graph of oracleGraphs.filter(({ refusedByApollo }) => refusedByApollo !== undefined)) {
    const boot = createApolloOracle(graph, composeFixture(graph.subgraphs));
    const error = await t.throwsAsync(boot, undefined, graph.name);
    t.true(error?.message.includes(graph.refusedByApollo ?? ''), error?.message);
  }
});

test.serial('the corpus is as large as promised, and every rule is needed', (t) => {
  for (const [name, times] of firedRules) t.true(times > 0, `No operation needs the rule ${name}`);
  t.true(totals.operations >= 400, `${totals.operations} operations`);
  t.true(oracleGraphs.length >= 30, `${oracleGraphs.length} graphs`);
  t.log(summary());
});

function count(
  operation: OracleOperation,
  { ours, apollo, monolith }: Answers,
  rules: readonly DifferenceRule[],
): void {
  totals.operations += 1;
  if (operation.expected !== undefined) totals.expected += 1;
  if (monolith !== undefined) totals.equalToMonolith += 1;
  if (apollo === undefined) return;
  if (rules.length === 0) totals.equalToApollo += 1;
  for (const { name } of rules) firedRules.set(name, (firedRules.get(name) ?? 0) + 1);
  totals.apolloCalls += apollo.subgraphCalls ?? 0;
  totals.ourCalls += ours.subgraphCalls ?? 0;
  if (rules.some(({ explains }) => explains === 'data')) return;
  totals.apolloCallsForEqualData += apollo.subgraphCalls ?? 0;
  totals.ourCallsForEqualData += ours.subgraphCalls ?? 0;
}

function summary(): string {
  const rules = [...firedRules].map(([name, times]) => `${name} ${times}`).join(', ');
  return [
    `${totals.operations} operations over ${oracleGraphs.length} graphs:`,
    `${totals.equalToApollo} equal to ApolloGateway, ${totals.equalToMonolith} equal to graphql-js`,
    `on one schema, ${totals.expected} equal to an answer written by hand.`,
    `Differences to Apollo by rule: ${rules}.`,
    `Subgraph calls: ${totals.ourCallsForEqualData} where the data are equal, Apollo`,
    `${totals.apolloCallsForEqualData}; in all ${totals.ourCalls}, Apollo ${totals.apolloCalls}.`,
  ].join(' ');
}

function describe(
  name: string,
  { query, variables = {} }: OracleOperation,
  answers: Answers,
  faults: readonly string[],
): string {
  return [
    `${name}: ${faults.join(' ')}`,
    `${query} ${JSON.stringify(variables)}`,
    ...Object.entries(answers).map(([engine, answer]) => `${engine}: ${JSON.stringify(answer)}`),
  ].join('\n');
}

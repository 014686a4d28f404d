import { createRandom } from '../random.ts';
import type { RandomOperation } from '../random-operation.ts';
import { randomOperation } from '../random-operation.ts';
import { answerFromMonolith } from '../run-monolith.ts';
import type { PlazaSubject } from '../run-plaza.ts';
import { createPlazaSubject } from '../run-plaza.ts';
import type { KnownDifference } from './compare-answers.ts';
import { compareAnswers, comparePartialAnswers } from './compare-answers.ts';
import type { DerivedGraph, SubgraphText } from './derived-graph.ts';
import { deriveGraph } from './derived-graph.ts';
import { randomSubgraphs } from './random-subgraphs.ts';
import { shrinkOperation } from './shrink-operation.ts';

/** Of the operations, those that are answered a second time without one of the subgraphs. */
const deadSubgraphChance = 0.3;
const argumentTexts = ['', 'a', 'b'];

/** What came of one random graph. */
export interface GraphTrial {
  readonly composes: boolean;
  readonly operations: number;
  /** Operations to which one schema has errors as well. */
  readonly withErrors: number;
  readonly withoutSubgraph: number;
  readonly subgraphCalls: number;
  readonly explained: readonly KnownDifference[];
  /** The differences that were found, each with all that it takes to look into it. */
  readonly reports: readonly string[];
}

interface Attempt {
  readonly graph: DerivedGraph;
  readonly plaza: PlazaSubject;
  /** Subgraphs that do not answer. */
  readonly failing: readonly string[];
}

/** Draws a graph and operations, and compares our answers with those of one schema. */
export async function tryGraph(seed: number, operations: number): Promise<GraphTrial> {
  const texts = randomSubgraphs(createRandom(seed));
  const totals = { operations: 0, withErrors: 0, withoutSubgraph: 0, subgraphCalls: 0 };
  const reports: string[] = [];
  const explained: KnownDifference[] = [];
  const graph = deriveIfComposing(texts);
  if (graph === undefined) return { ...totals, composes: false, explained, reports };
  await using plaza = await createPlazaSubject(graph, graph.supergraphSdl);
  const random = createRandom(seed * 7919);
  for (let number = 0; number < operations; number += 1) {
    const operation = randomOperation(graph.monolith, random, argumentTexts);
    const dead = random.chance(deadSubgraphChance) ? [random.oneOf(texts).name] : [];
    for (const failing of dead.length === 0 ? [[]] : [[], dead]) {
      const attempt: Attempt = { graph, plaza, failing };
      const { ours, monolith, ...comparison } = await compare(attempt, operation);
      explained.push(...comparison.explained);
      totals.operations += 1;
      totals.subgraphCalls += ours.subgraphCalls ?? 0;
      if (failing.length > 0) totals.withoutSubgraph += 1;
      if (monolith.errors.length > 0) totals.withErrors += 1;
      if (comparison.faults.length > 0)
        reports.push(await report(attempt, operation, { seed, texts }));
    }
  }
  return { ...totals, composes: true, explained, reports };
}

/** Undefined for subgraphs that composition refuses. */
function deriveIfComposing(texts: readonly SubgraphText[]): DerivedGraph | undefined {
  try {
    return deriveGraph(texts);
  } catch (error) {
    const isRefused = error instanceof Error && error.message.includes('do not compose');
    if (isRefused) return undefined;
    throw error;
  }
}

async function compare({ graph, plaza, failing }: Attempt, operation: RandomOperation) {
  const ours = await plaza.answer({ ...operation, failing });
  const monolith = await answerFromMonolith(graph.monolith, operation);
  const comparison =
    failing.length === 0
      ? compareAnswers(ours, monolith)
      : comparePartialAnswers(operation.query, ours, monolith);
  return { ours, monolith, ...comparison };
}

async function report(
  attempt: Attempt,
  operation: RandomOperation,
  { seed, texts }: { readonly seed: number; readonly texts: readonly SubgraphText[] },
): Promise<string> {
  const { graph, failing } = attempt;
  const isInteresting = async (candidate: RandomOperation) =>
    (await compare(attempt, candidate)).faults.length > 0;
  const shrunk = await shrinkOperation(operation, graph.monolith, isInteresting);
  const { ours, monolith, faults } = await compare(attempt, shrunk);
  return [
    `Seed ${seed}${failing.length === 0 ? '' : `, without ${failing.join()}`}:`,
    ...faults,
    shrunk.query,
    JSON.stringify(shrunk.variables),
    `ours: ${JSON.stringify(ours)}`,
    `one schema: ${JSON.stringify(monolith)}`,
    ...texts.map(
      ({ name, typeDefs, federation = 2 }) => `# ${name}, federation ${federation}\n${typeDefs}`,
    ),
  ].join('\n');
}

/** A fresh process that plans every operation of the corpus for the first time, and says how long. */
import { normalizeOperation } from '@plaza/gateway/pipeline/normalize-operation';
import { parseDocument } from '@plaza/gateway/pipeline/parse-document';
import { buildSupergraphSnapshot } from '@plaza/gateway/supergraph/build-snapshot';
import { type CorpusGraph, readCorpus } from './corpus.ts';

export interface PlanningSample {
  readonly graph: string;
  readonly operation: string;
  readonly ms: number;
}

/** The corpus planned once on new snapshots. */
export interface PlanningPass {
  readonly samples: readonly PlanningSample[];
  /** Operations that the planner refuses; not in the samples. */
  readonly refusals: number;
  readonly snapshotMs: readonly number[];
}

export interface PlanningResult {
  readonly kind: 'planned';
  /** First with code that has never run, then with compiled code and nothing cached. */
  readonly passes: readonly PlanningPass[];
}

const tokensMax = 100_000;
const passCount = 2;

async function planCorpus(graphs: readonly CorpusGraph[]): Promise<PlanningPass> {
  const samples: PlanningSample[] = [];
  const snapshotMs: number[] = [];
  let refusals = 0;
  for (const graph of graphs) {
    const startedAt = performance.now();
    const snapshot = buildSupergraphSnapshot(graph.supergraphSdl);
    snapshotMs.push(performance.now() - startedAt);
    for (const { name, query, operationName } of graph.operations) {
      const document = parseDocument(query, { tokensMax });
      const plannedFrom = performance.now();
      try {
        await snapshot.planner.plan(normalizeOperation(document, operationName, snapshot));
        const ms = performance.now() - plannedFrom;
        samples.push({ graph: graph.name, operation: name, ms });
      } catch {
        refusals += 1;
      }
    }
  }
  return { samples, refusals, snapshotMs };
}

const graphs = await readCorpus();
const passes: PlanningPass[] = [];
for (let pass = 0; pass < passCount; pass += 1) {
  passes.push(await planCorpus(graphs));
}
const result: PlanningResult = { kind: 'planned', passes };
process.send?.(result);

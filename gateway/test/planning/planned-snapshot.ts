import { parse } from 'graphql';
import { normalizeOperation } from '../../src/pipeline/normalize-operation.ts';
import { planOperation } from '../../src/pipeline/plan-operation.ts';
import { buildSnapshotInThread } from '../../src/planning/build-snapshot-in-thread.ts';
import type { WorkerPlannerSettings } from '../../src/planning/worker-planner.ts';
import type { QueryPlan } from '../../src/query-plan/plan-node.ts';
import { buildSupergraphSnapshot } from '../../src/supergraph/build-snapshot.ts';
import type { SupergraphSnapshot } from '../../src/supergraph/snapshot.ts';

export const planningDefaults: WorkerPlannerSettings = {
  workersMax: 1,
  timeoutMs: 60_000,
  queueMax: 1_000,
  waitTimeoutMs: 60_000,
};

/** A snapshot that frees its threads after the test. */
export interface PlannedSnapshot extends Disposable {
  readonly snapshot: SupergraphSnapshot;
  /** Asks the planner itself. */
  plan(query: string, operationName?: string): Promise<QueryPlan>;
  /** Asks the plan cache, which asks the planner for what it does not know. */
  planCached(query: string, signal?: AbortSignal): Promise<QueryPlan>;
}

/** Builds a snapshot that plans as the settings say; with no workers, in the calling thread. */
export async function planOn(
  sdl: string,
  settings: Partial<WorkerPlannerSettings> = {},
): Promise<PlannedSnapshot> {
  const planning = { ...planningDefaults, ...settings };
  const snapshot =
    planning.workersMax === 0
      ? buildSupergraphSnapshot(sdl)
      : await buildSnapshotInThread(sdl, planning);
  const normalized = (query: string, name?: string) =>
    normalizeOperation(parse(query, { noLocation: true }), name, snapshot);
  return {
    snapshot,
    plan: (query, name) => snapshot.planner.plan(normalized(query, name)),
    planCached: (query, signal) =>
      planOperation(normalized(query), snapshot, signal === undefined ? {} : { signal }),
    [Symbol.dispose]: () => snapshot.planner.retire(),
  };
}

import type { ContractFilter } from '../contracts/contract-filter.ts';
import { createSnapshotInTurns } from '../supergraph/create-snapshot.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { WorkerPlannerSettings } from './worker-planner.ts';
import { startWorkerPlanner } from './worker-planner.ts';

/**
 * Builds what `buildSupergraphSnapshot` builds, but in a thread that plans from then on: the calling
 * thread is held for some milliseconds at a time. Rejects as `startWorkerPlanner` does.
 */
export async function buildSnapshotInThread(
  sdl: string,
  settings: WorkerPlannerSettings,
  contracts: readonly ContractFilter[] = [],
): Promise<SupergraphSnapshot> {
  const { planner, facts } = await startWorkerPlanner(sdl, settings, contracts);
  try {
    return await createSnapshotInTurns({ sdl, facts, planner });
  } catch (error) {
    planner.retire();
    throw error;
  }
}

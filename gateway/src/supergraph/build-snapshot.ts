import type { ContractFilter } from '../contracts/contract-filter.ts';
import { createPlanner } from '../query-plan/create-planner.ts';
import { createSnapshot } from './create-snapshot.ts';
import { readSupergraph } from './read-supergraph.ts';
import type { SupergraphSnapshot } from './snapshot.ts';

/**
 * Builds all that serving a supergraph needs from its SDL, with a planner that plans in the calling
 * thread. Takes 10 to 1,500 ms of CPU. Throws AppError SUPERGRAPH_UNAVAILABLE, with one line of
 * reason, for SDL that is not a supergraph that this gateway can serve, with these contracts.
 */
export function buildSupergraphSnapshot(
  sdl: string,
  contracts: readonly ContractFilter[] = [],
): SupergraphSnapshot {
  const { facts, plannerParts } = readSupergraph(sdl, contracts);
  return createSnapshot({ sdl, facts, planner: createPlanner(plannerParts) });
}

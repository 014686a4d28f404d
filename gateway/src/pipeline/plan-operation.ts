import { AppError } from '@plaza/schema/errors';
import { LRUCache } from 'lru-cache';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

export interface PlanOptions {
  /** Plans kept for each snapshot. Default 2,000. */
  readonly planCacheEntriesMax?: number;
}

const planCacheEntriesDefault = 2_000;
const planCaches = new WeakMap<SupergraphSnapshot, LRUCache<string, Promise<QueryPlan>>>();

/**
 * The query plan of an operation: made once, however many requests ask for it at the same time.
 * Rejects with the planner's AppError: GRAPHQL_VALIDATION_FAILED, OPERATION_TOO_COMPLEX. Such a
 * refusal is remembered like a plan, since the same operation would be refused again.
 */
export function planOperation(
  normalized: NormalizedOperation,
  snapshot: SupergraphSnapshot,
  options: PlanOptions = {},
): Promise<QueryPlan> {
  const cache = planCacheOf(snapshot, options.planCacheEntriesMax ?? planCacheEntriesDefault);
  const known = cache.get(normalized.id);
  if (known !== undefined) return known;
  const flight = snapshot.planner.plan(normalized);
  cache.set(normalized.id, flight);
  flight.catch((error: unknown) => {
    const isRefusal = error instanceof AppError && error.status < 500;
    if (!isRefusal && cache.peek(normalized.id) === flight) cache.delete(normalized.id);
  });
  return flight;
}

function planCacheOf(
  snapshot: SupergraphSnapshot,
  entriesMax: number,
): LRUCache<string, Promise<QueryPlan>> {
  let cache = planCaches.get(snapshot);
  if (cache === undefined) {
    cache = new LRUCache({ max: entriesMax });
    planCaches.set(snapshot, cache);
  }
  return cache;
}

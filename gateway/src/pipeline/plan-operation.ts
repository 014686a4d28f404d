import { AppError } from '@plaza/schema/errors';
import { LRUCache } from 'lru-cache';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { OperationTrace } from '../tracing/tracing.ts';
import { traced } from '../tracing/tracing.ts';
import { untilAborted } from '../until-aborted.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

export interface PlanOptions {
  /** Plans kept for each snapshot. Default 2,000. */
  readonly planCacheEntriesMax?: number;
  /** Aborts the wait of this caller; the plan is made all the same. */
  readonly signal?: AbortSignal;
  /** Undefined where nothing is traced. */
  readonly trace?: OperationTrace | undefined;
}

interface CachedPlan {
  readonly operation: NormalizedOperation;
  readonly flight: Promise<QueryPlan>;
  isPlanned: boolean;
}

const planCacheEntriesDefault = 2_000;
const planCaches = new WeakMap<SupergraphSnapshot, LRUCache<string, CachedPlan>>();

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
  if (known !== undefined) return awaitUnlessAborted(known, options.signal);
  const flight = Promise.resolve(
    traced(options.trace, 'GraphQL Plan', () => snapshot.planner.plan(normalized)),
  );
  const entry: CachedPlan = { operation: normalized, flight, isPlanned: false };
  cache.set(normalized.id, entry);
  flight.then(
    () => {
      entry.isPlanned = true;
    },
    (error: unknown) => {
      const isRefusal = error instanceof AppError && error.status < 500;
      if (!isRefusal && cache.peek(normalized.id) === entry) cache.delete(normalized.id);
    },
  );
  return awaitUnlessAborted(entry, options.signal);
}

/** The operations that have a plan in the cache of the snapshot, the most recently used first. */
export function operationsInUse(
  snapshot: SupergraphSnapshot,
  operationsMax: number,
): readonly NormalizedOperation[] {
  const operations: NormalizedOperation[] = [];
  for (const { operation, isPlanned } of planCaches.get(snapshot)?.values() ?? []) {
    if (operations.length >= operationsMax) break;
    if (isPlanned) operations.push(operation);
  }
  return operations;
}

async function awaitUnlessAborted(
  { flight, isPlanned }: CachedPlan,
  signal: AbortSignal | undefined,
): Promise<QueryPlan> {
  if (isPlanned || signal === undefined) return flight;
  return untilAborted(flight, signal);
}

function planCacheOf(
  snapshot: SupergraphSnapshot,
  entriesMax: number,
): LRUCache<string, CachedPlan> {
  let cache = planCaches.get(snapshot);
  if (cache === undefined) {
    cache = new LRUCache({ max: entriesMax });
    planCaches.set(snapshot, cache);
  }
  return cache;
}

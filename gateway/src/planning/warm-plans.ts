import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import { normalizeOperation } from '../pipeline/normalize-operation.ts';
import { operationsInUse, planOperation } from '../pipeline/plan-operation.ts';
import { validateDocument } from '../pipeline/validate-document.ts';
import type { SnapshotChange, SupergraphSnapshot } from '../supergraph/snapshot.ts';

/**
 * Plans the operations in use on the next snapshot, the most recently used first, so that they do
 * not all wait for plans after the swap. Ends after `planning.warmTimeoutMs` at the latest; an
 * operation that the next graph refuses is left to its clients. Returns how many have a plan.
 */
export async function warmPlans(change: SnapshotChange, config: Config): Promise<number> {
  const { warmOperationsMax, warmTimeoutMs, workersMax } = config.planning;
  const operations = operationsInUse(change.current, warmOperationsMax).values();
  const signal = AbortSignal.timeout(warmTimeoutMs);
  let planned = 0;
  const warmOneByOne = async (): Promise<void> => {
    // All lanes take from the same iterator.
    for (const operation of operations) {
      if (signal.aborted) return;
      if (await isPlanned(operation, { snapshot: change.next, config, signal })) planned += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workersMax) }, warmOneByOne));
  return planned;
}

interface Warming {
  readonly snapshot: SupergraphSnapshot;
  readonly config: Config;
  readonly signal: AbortSignal;
}

async function isPlanned(
  { document, operationName }: NormalizedOperation,
  { snapshot, config, signal }: Warming,
): Promise<boolean> {
  // Validation holds the event loop: others go first.
  await new Promise(setImmediate);
  try {
    validateDocument(document, snapshot.apiSchema, {
      isIntrospectionEnabled: config.introspection.enabled,
    });
    const operation = normalizeOperation(document, operationName, snapshot);
    const planCacheEntriesMax = config.planCache.entriesMax;
    await planOperation(operation, snapshot, { planCacheEntriesMax, signal });
    return true;
  } catch (error) {
    if (error instanceof AppError || signal.aborted) return false;
    throw error;
  }
}

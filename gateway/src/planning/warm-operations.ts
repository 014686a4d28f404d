import { AppError } from '@plaza/schema/errors';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { Config } from '../config.ts';
import type { DocumentCache } from '../document-cache.ts';
import { nextTurn } from '../next-turn.ts';
import type { OverrideChoice } from '../pipeline/choose-overrides.ts';
import { everyOverride } from '../pipeline/choose-overrides.ts';
import { normalizeOperation } from '../pipeline/normalize-operation.ts';
import { operationsInUse, planOperation } from '../pipeline/plan-operation.ts';
import { validateDocument } from '../pipeline/validate-document.ts';
import { compilePlan } from '../query-plan/compile-plan.ts';
import type { SnapshotChange, SupergraphSnapshot } from '../supergraph/snapshot.ts';

/**
 * Makes the operations in use ready on the next snapshot, those that were used last first, so that
 * they do not all wait after the swap: documents validated, plans made and compiled. Ends after
 * `planning.warmTimeoutMs` at the latest; an operation that the next graph refuses is left to its
 * clients. Returns how many are ready.
 */
export async function warmOperations(
  { current, next }: SnapshotChange,
  documents: DocumentCache,
  config: Config,
): Promise<number> {
  const { warmOperationsMax, warmTimeoutMs, workersMax } = config.planning;
  const activeLabels = new Set(config.overrides.activeLabels);
  const used = new Set(
    operationsInUse(current, warmOperationsMax).map(({ operation }) => operation),
  );
  const signal = AbortSignal.timeout(warmTimeoutMs);
  const isActive = (label: string): boolean => activeLabels.has(label);
  const warming: Warming = { next, documents, config, isActive, signal };
  const entries = documents.entriesOf(current);
  let ready = 0;
  const warmOneByOne = async (): Promise<void> => {
    // All lanes take from the same iterator.
    for (const [text, document] of entries) {
      for (const operation of operationsOf(document, used)) {
        if (signal.aborted) return;
        if (await isReady(text, document, operation, warming)) ready += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workersMax) }, warmOneByOne));
  return ready;
}

function operationsOf(
  { definitions }: DocumentNode,
  used: ReadonlySet<OperationDefinitionNode>,
): readonly OperationDefinitionNode[] {
  return definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && used.has(definition),
  ) as OperationDefinitionNode[];
}

interface Warming {
  readonly next: SupergraphSnapshot;
  readonly documents: DocumentCache;
  readonly config: Config;
  readonly isActive: OverrideChoice['isActive'];
  readonly signal: AbortSignal;
}

async function isReady(
  text: string,
  document: DocumentNode,
  { name }: OperationDefinitionNode,
  { next, documents, config, isActive, signal }: Warming,
): Promise<boolean> {
  // Each step holds the event loop for a while: requests go first.
  try {
    await nextTurn();
    validateDocument(document, next.apiSchema, {
      isIntrospectionEnabled: config.introspection.enabled,
    });
    documents.set(text, next, document);
    await nextTurn();
    const operation = normalizeOperation(document, name?.value, next);
    for (const form of everyOverride(operation, next, isActive)) {
      const plan = await planOperation(form, next, {
        planCacheEntriesMax: config.planCache.entriesMax,
        signal,
      });
      await nextTurn();
      compilePlan(plan, next);
    }
    return true;
  } catch (error) {
    if (error instanceof AppError || signal.aborted) return false;
    throw error;
  }
}

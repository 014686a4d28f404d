import { AppError } from '@plaza/schema/errors';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { Config } from '../config.ts';
import type { Contracts } from '../contracts/open-contracts.ts';
import type { DocumentCache } from '../document-cache.ts';
import { nextTurn } from '../next-turn.ts';
import type { OverrideChoice } from '../pipeline/choose-overrides.ts';
import { everyOverride } from '../pipeline/choose-overrides.ts';
import { normalizeOperation } from '../pipeline/normalize-operation.ts';
import { operationsInUse, planOperation } from '../pipeline/plan-operation.ts';
import { validateDocument } from '../pipeline/validate-document.ts';
import { compilePlan } from '../query-plan/compile-plan.ts';
import type { GraphView, SnapshotChange, SupergraphSnapshot } from '../supergraph/snapshot.ts';

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
  contracts?: Contracts,
): Promise<number> {
  const { warmOperationsMax, warmTimeoutMs, workersMax } = config.planning;
  const activeLabels = new Set(config.overrides.activeLabels);
  const used = new Set(operationsInUse(current, warmOperationsMax).map(({ id }) => documentId(id)));
  const signal = AbortSignal.timeout(warmTimeoutMs);
  const isActive = (label: string): boolean => activeLabels.has(label);
  const warming = { next, documents, isActive, signal };
  let ready = 0;
  for (const [view, nextView] of viewsOf({ current, next })) {
    const own = contracts?.byName.get(view.contract ?? '')?.config ?? config;
    const entries = documents.entriesOf(view);
    const warmOneByOne = async (): Promise<void> => {
      // All lanes take from the same iterator.
      for (const [text, document] of entries) {
        for (const operation of operationsOf(document, view, used)) {
          if (signal.aborted) return;
          const parts = { ...warming, view: nextView, config: own };
          if (await isReady(text, document, operation, parts)) ready += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, workersMax) }, warmOneByOne));
  }
  return ready;
}

/** What clients see now and will see: all of the graph, and each contract. */
function* viewsOf({ current, next }: SnapshotChange): Generator<[GraphView, GraphView]> {
  yield [current, next];
  for (const [name, view] of current.contracts) {
    const nextView = next.contracts.get(name);
    if (nextView !== undefined) yield [view, nextView];
  }
}

/** Plans belong to all contracts; the forms of an operation have its id before their own. */
function documentId(id: string): string {
  return id.split(' ', 1)[0] ?? id;
}

function operationsOf(
  document: DocumentNode,
  view: GraphView,
  used: ReadonlySet<string>,
): readonly OperationDefinitionNode[] {
  return document.definitions.filter(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      used.has(normalizeOperation(document, definition.name?.value, view).id),
  ) as OperationDefinitionNode[];
}

interface Warming {
  readonly next: SupergraphSnapshot;
  readonly view: GraphView;
  readonly documents: DocumentCache;
  readonly config: Config;
  readonly isActive: OverrideChoice['isActive'];
  readonly signal: AbortSignal;
}

async function isReady(
  text: string,
  document: DocumentNode,
  { name }: OperationDefinitionNode,
  { next, view, documents, config, isActive, signal }: Warming,
): Promise<boolean> {
  // Each step holds the event loop for a while: requests go first.
  try {
    await nextTurn();
    validateDocument(document, view.apiSchema, {
      isIntrospectionEnabled: config.introspection.enabled,
    });
    documents.set(text, view, document);
    await nextTurn();
    const operation = normalizeOperation(document, name?.value, view);
    for (const form of everyOverride(operation, view, isActive)) {
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

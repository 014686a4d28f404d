import { AppError } from '@plaza/schema/errors';
import type { PlanParts } from '../incremental-delivery/plan-parts.ts';
import type {
  RequestContext,
  SubgraphFetch,
  SubgraphResponse,
} from '../subgraph-fetch/subgraph-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { untilAborted } from '../until-aborted.ts';
import type {
  CompiledNode,
  CompiledPlan,
  DeferredPart,
  DeferredParts,
  EventSource,
} from './compile-plan.ts';
import { compilePlan } from './compile-plan.ts';
import { EntityLoaders } from './entity-loader.ts';
import type { FetchCache } from './fetch-cache.ts';
import { fetchEntities } from './fetch-entities.ts';
import type { FetchError } from './fetch-errors.ts';
import { addEvent, fetchRootFields } from './fetch-root-fields.ts';
import type { Target } from './look-up-entities.ts';
import type { DataObject } from './merge-data.ts';
import { createDataObject } from './merge-data.ts';
import type { QueryPlan } from './plan-node.ts';
import { refuseUnanswered } from './unanswered-root-fields.ts';

/** What one run of a plan needs besides the plan. */
export interface PlanExecution {
  /** The snapshot that made the plan. */
  readonly snapshot: SupergraphSnapshot;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
  /** What is remembered of the subgraphs' answers. */
  readonly cache?: FetchCache | undefined;
  /** Gets the deferred parts of a plan that has some. */
  readonly parts?: PlanParts;
}

/** What the subgraphs answered, merged, before it is projected to what the client asked for. */
export interface ExecutedPlan {
  readonly data: DataObject;
  readonly errors: readonly FetchError[];
  /** Objects and lists that several places of the data share. */
  readonly shared: ReadonlySet<object>;
}

/** One run for one event of a subscription. */
export interface EventExecution extends PlanExecution {
  readonly plan: QueryPlan;
  readonly fetchFromSubgraph: SubgraphFetch;
}

/** A run of a plan under way. */
export interface PlanRun extends PlanExecution {
  readonly plan: CompiledPlan;
  readonly fetchFromSubgraph: SubgraphFetch;
  readonly data: DataObject;
  readonly errors: FetchError[];
  readonly shared: Set<object>;
  readonly targeted: Set<object>;
  /** What each path led to when it was gone last; emptied when paths may lead to more. */
  readonly reached: Map<string, readonly Target[]>;
  readonly loaders: EntityLoaders;
  /** In a deferred part: done when all is that comes before the part. */
  readonly earlier?: Promise<unknown>;
}

/**
 * Runs a query plan. A failed fetch is an error in the result, and what does not depend on it goes on.
 * Rejects with AppError when nothing can be answered (GRAPHQL_VALIDATION_FAILED for a selection that
 * the plan leaves out, BAD_REQUEST for a kind of operation that is not served), and with the reason
 * of `context.signal` as soon as that aborts; no fetch begins after that. Deferred parts are not waited
 * for: they go on in `parts`, and add to the same data.
 */
export async function executePlan(
  plan: QueryPlan,
  execution: PlanExecution,
  fetchFromSubgraph: SubgraphFetch,
): Promise<ExecutedPlan> {
  refuseUnanswered(plan, execution.variables);
  const { signal } = execution.context;
  signal.throwIfAborted();
  const run = startRun(plan, execution, fetchFromSubgraph);
  const { root } = run.plan;
  if (root !== undefined) await untilAborted(executeNode(run, root), signal);
  return resultOf(run);
}

/**
 * Runs what the plan of a subscription has left to do for one event of its source, which belongs to
 * this run from now on. Errors are part of the result; rejects as `executePlan` does when the signal
 * aborts.
 */
export async function executeEvent(
  source: EventSource,
  event: SubgraphResponse,
  { plan, fetchFromSubgraph, ...execution }: EventExecution,
): Promise<ExecutedPlan> {
  const run = startRun(plan, execution, fetchFromSubgraph);
  addEvent(run, source.primary, event);
  if (source.rest !== undefined) {
    await untilAborted(executeNode(run, source.rest), run.context.signal);
  }
  return resultOf(run);
}

function startRun(
  plan: QueryPlan,
  execution: PlanExecution,
  fetchFromSubgraph: SubgraphFetch,
): PlanRun {
  return {
    ...execution,
    plan: compilePlan(plan, execution.snapshot),
    fetchFromSubgraph,
    data: createDataObject(),
    errors: [],
    shared: new Set(),
    targeted: new Set(),
    reached: new Map(),
    loaders: new EntityLoaders(),
  };
}

function resultOf({ data, errors, shared }: PlanRun): ExecutedPlan {
  return { data, errors, shared };
}

async function executeNode(run: PlanRun, node: CompiledNode): Promise<void> {
  run.context.signal.throwIfAborted();
  switch (node.kind) {
    case 'Sequence':
      for (const child of node.nodes) await executeNode(run, child);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((child) => executeNode(run, child)));
      return;
    case 'Condition': {
      const branch = run.variables[node.variable] === true ? node.ifClause : node.elseClause;
      if (branch !== undefined) await executeNode(run, branch);
      return;
    }
    case 'RootFetch':
      return fetchRootFields(run, node);
    case 'EntityFetch':
      return fetchEntities(run, node);
    case 'EventSource':
      throw new AppError('BAD_REQUEST', 'Subscriptions are not served over this transport');
    case 'Defer':
      return executeDeferring(run, node);
    case 'AwaitedFetch':
      return partsOf(run).fetch(node.id, () => executeNode(run, node.fetch));
  }
}

/** Ends with what is not deferred; the parts go on. */
function executeDeferring(run: PlanRun, { primary, parts }: DeferredParts): Promise<void> {
  const primaryDone = primary === undefined ? Promise.resolve() : executeNode(run, primary);
  const earlier = Promise.all([run.earlier, primaryDone]);
  // Who waits for it learns why it failed; no part may have anything to fetch.
  earlier.catch(() => undefined);
  for (const part of parts) {
    const partRun: PlanRun = { ...run, errors: [], earlier };
    partsOf(run).add(part.label, partRun.errors, executePart(partRun, part));
  }
  return primaryDone;
}

async function executePart(run: PlanRun, { depends, node }: DeferredPart): Promise<void> {
  if (node === undefined) return;
  // A fetch that a condition leaves out is never done, but all that comes earlier is at some time.
  await Promise.race([partsOf(run).whenFetched(depends), run.earlier]);
  await executeNode(run, node);
}

function partsOf({ parts }: PlanRun): PlanParts {
  if (parts !== undefined) return parts;
  throw new AppError('INTERNAL_SERVER_ERROR', 'A plan with deferred parts runs as a whole');
}

import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import type { ProjectedResponse } from '../pipeline/project-response.ts';
import type { PlanExecution } from '../query-plan/execute-plan.ts';
import { executePlan } from '../query-plan/execute-plan.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { SubgraphFetch } from '../subgraph-fetch/subgraph-request.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { PartsPayload } from './parted-answer.ts';
import { PartedAnswer } from './parted-answer.ts';
import { PlanParts } from './plan-parts.ts';

/** A response whose deferred parts follow. */
export interface PartedResponse extends ProjectedResponse, Pick<PartsPayload, 'started'> {
  /**
   * To be read once. Ends after the payload without a next one. Who leaves earlier aborts
   * `context.signal`, which ends everything that the parts wait for.
   */
  readonly payloads: AsyncGenerator<PartsPayload, void, void>;
}

/**
 * Runs the plan of an operation with deferred fragments. Resolves as soon as what is not deferred is
 * there; each part follows when its own fetches are done. All of it ends with `context.signal`: what
 * is pending then fails with its reason. Rejects as `executePlan` does.
 */
export async function answerInParts(
  normalized: NormalizedOperation,
  view: GraphView,
  plan: QueryPlan,
  execution: PlanExecution,
  fetchFromSubgraph: SubgraphFetch,
): Promise<ProjectedResponse | PartedResponse> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([execution.context.signal, leaving.signal]);
  const parts = new PlanParts();
  try {
    const context = { ...execution.context, signal };
    const executed = await executePlan(plan, { ...execution, context, parts }, fetchFromSubgraph);
    const { variables } = execution;
    const answer = new PartedAnswer({ normalized, view, variables, executed });
    const first = answer.begin();
    if (first.started.length > 0) {
      return { ...first, payloads: readPayloads(answer, parts, { signal, leaving }) };
    }
    leaving.abort();
    return first;
  } catch (error) {
    leaving.abort();
    throw error;
  }
}

async function* readPayloads(
  answer: PartedAnswer,
  parts: PlanParts,
  { signal, leaving }: { readonly signal: AbortSignal; readonly leaving: AbortController },
): AsyncGenerator<PartsPayload, void, void> {
  try {
    while (answer.pendingLabels.length > 0) {
      await untilOneEnds(answer.pendingLabels, parts, signal);
      if (signal.aborted) {
        yield answer.fail(signal.reason);
        return;
      }
      const ended = answer.pendingLabels.filter((label) => parts.get(label)?.hasEnded !== false);
      yield answer.next(new Map(ended.map((label) => [label, parts.get(label)])));
    }
  } finally {
    leaving.abort();
  }
}

/** Resolves when a part of the plan has ended, or the signal aborts: a fetch may be deaf to it. */
async function untilOneEnds(
  labels: readonly string[],
  parts: PlanParts,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([aborted.promise, ...labels.map((label) => parts.get(label)?.ended)]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

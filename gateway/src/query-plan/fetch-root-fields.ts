import { AppError } from '@plaza/schema/errors';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import { callSubgraph, writeVariables } from './call-subgraph.ts';
import type { RootFetch } from './compile-plan.ts';
import type { DataPath } from './data-path.ts';
import type { PlanRun } from './execute-plan.ts';
import type { AskRoot } from './fetch-cache.ts';
import { failedFetchError, reportedError, reportedPath } from './fetch-errors.ts';
import type { FetchTarget } from './flatten-path.ts';
import { flattenTargets } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';
import { assertShallow, copyData, DataMerge, isObject } from './merge-data.ts';
import type { FetchNode } from './plan-node.ts';
import { rewriteData } from './rewrite-data.ts';
import { meetsConditions } from './root-fields.ts';
import { rootFieldsOfFetch } from './unanswered-root-fields.ts';

/**
 * Fetches fields of a root type and merges them into each target: the root of the data, or objects
 * that lead back to a root type (such as `payload { query { ... } }`).
 * A failure is one error for each root field, as if each resolver had failed.
 */
export async function fetchRootFields(run: PlanRun, fetch: RootFetch): Promise<void> {
  const { node } = fetch;
  const targets = flattenTargets(run.data, fetch.path);
  if (targets.length === 0) return;
  try {
    const response = await askForFields(run, fetch);
    addAnswer(run, node, targets, response);
  } catch (error) {
    recordFailure(run, node, targets, error);
  } finally {
    // A mutation may have changed every entity.
    if (node.operationKind === 'mutation') run.loaders.forget();
  }
}

async function askForFields(run: PlanRun, fetch: RootFetch): Promise<SubgraphResponse> {
  const variables = writeVariables(run, fetch.node);
  const ask: AskRoot = (signal) => callSubgraph(run, fetch, variables, signal);
  if (run.cache === undefined) return ask();
  if (fetch.node.operationKind === 'query') return run.cache.root(fetch, variables, ask);
  const response = await ask();
  await run.cache.invalidate(fetch.node.serviceName, response.extensions);
  return response;
}

/** Takes an event of a subscription's source for the answer to its root field. */
export function addEvent(run: PlanRun, { node, path }: RootFetch, event: SubgraphResponse): void {
  const targets = flattenTargets(run.data, path);
  try {
    addAnswer(run, node, targets, event);
  } catch (error) {
    recordFailure(run, node, targets, error);
  }
}

function addAnswer(
  run: PlanRun,
  node: FetchNode,
  targets: readonly FetchTarget[],
  response: SubgraphResponse,
): void {
  recordReportedErrors(run, node, targets, response);
  mergeAnswer(run, node, targets, response);
}

function recordFailure(
  run: PlanRun,
  node: FetchNode,
  targets: readonly FetchTarget[],
  cause: unknown,
): void {
  run.context.signal.throwIfAborted();
  for (const paths of placesOfFields(run, node, targets)) {
    run.errors.push(failedFetchError(cause, { node, paths }));
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for an answer that cannot be merged. */
function mergeAnswer(
  run: PlanRun,
  node: FetchNode,
  targets: readonly FetchTarget[],
  { data: answer, errors }: SubgraphResponse,
): void {
  const schema = run.snapshot.executionSchema;
  if (!isObject(answer)) {
    if (errors !== undefined && errors.length > 0) return;
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${node.serviceName} answered neither data nor errors.`,
    );
  }
  assertShallow(answer);
  rewriteData(answer, node.outputRewrites, schema);
  const merge = new DataMerge(schema);
  for (const { object } of targets) {
    merge.merge(object, targets.length > 1 ? (copyData(answer) as DataObject) : answer);
  }
  if (merge.addsObjects) run.reached.clear();
  if (merge.isConsistent) return;
  throw new AppError(
    'DOWNSTREAM_SERVICE_ERROR',
    `Subgraph ${node.serviceName} answered data of another shape than another subgraph did.`,
  );
}

function recordReportedErrors(
  run: PlanRun,
  node: FetchNode,
  targets: readonly FetchTarget[],
  { errors }: SubgraphResponse,
): void {
  for (const reported of errors ?? []) {
    const path = reportedPath(reported);
    const paths =
      path.length > 0
        ? targets.map((target) => target.path)
        : placesOfFields(run, node, targets).flat();
    run.errors.push(reportedError(reported, { node, paths }, path));
  }
}

/** For each root field that these variables select, its place in each target. */
function placesOfFields(
  run: PlanRun,
  node: FetchNode,
  targets: readonly FetchTarget[],
): readonly (readonly DataPath[])[] {
  const names = new Set<string>();
  for (const { responseName, conditions } of rootFieldsOfFetch(node)) {
    if (meetsConditions(conditions, run.variables)) names.add(responseName);
  }
  return [...names].map((key) => targets.map(({ path }) => ({ parent: path, key })));
}

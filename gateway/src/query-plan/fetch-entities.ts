import { AppError } from '@plaza/schema/errors';
import type { SubgraphError, SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import { appendVariable, callSubgraph, writeVariables } from './call-subgraph.ts';
import type { EntityFetch } from './compile-plan.ts';
import { contextArguments } from './context-arguments.ts';
import type { DataPath } from './data-path.ts';
import type { EntityBatch, LoadedEntity } from './entity-loader.ts';
import type { PlanRun } from './execute-plan.ts';
import type { FetchPlaces } from './fetch-errors.ts';
import { failedFetchError, reportedError, reportedPath } from './fetch-errors.ts';
import type { FetchTarget } from './flatten-path.ts';
import { flattenTargets, objectsAt } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';
import { assertShallow, copyData, isObject, mergeData } from './merge-data.ts';
import { rewriteData } from './rewrite-data.ts';

/** One entity to fetch, and the objects of the data that stand for it. */
interface WantedEntity {
  readonly loaded: LoadedEntity;
  readonly objects: DataObject[];
}

/** What one fetch wants of one call, by representation. */
type WantedEntities = Map<string, WantedEntity>;

/**
 * Fetches the entities at the fetch's path and merges them there. An entity that occurs several times
 * is fetched once. Of one that lacks a required field only those fields are fetched that do without
 * it; the others stay empty.
 */
export function fetchEntities(run: PlanRun, fetch: EntityFetch): Promise<void> {
  // Paths cost more than objects; without contexts only errors need them, and find them later.
  const isPathNeeded = (fetch.node.contextRewrites ?? []).length > 0;
  return fetchTargets(
    run,
    fetch,
    isPathNeeded
      ? flattenTargets(run.data, fetch.path)
      : objectsAt(run.data, fetch.path).map((object) => ({ object, path: undefined })),
  );
}

async function fetchTargets(
  run: PlanRun,
  fetch: EntityFetch,
  targets: readonly FetchTarget[],
): Promise<void> {
  const { wanted, incomplete } = loadTargets(run, fetch, targets);
  const work: Promise<void>[] = [];
  for (const [batch, entities] of wanted) work.push(settleBatch(run, fetch, batch, entities));
  if (incomplete.length > 0) {
    for (const part of fetch.parts) work.push(fetchTargets(run, part, incomplete));
  }
  await (work.length === 1 ? work[0] : Promise.all(work));
}

function loadTargets(run: PlanRun, fetch: EntityFetch, targets: readonly FetchTarget[]) {
  const wanted = new Map<EntityBatch, WantedEntities>();
  const incomplete: FetchTarget[] = [];
  const ownVariables = writeVariables(run, fetch.node);
  for (const target of targets) {
    const representation = fetch.representations(target.object);
    if (representation === undefined) {
      incomplete.push(target);
      continue;
    }
    const variables = withContext(run, fetch, target, ownVariables);
    const loaded = run.loaders.load(
      variables === '' ? fetch.loaderKey : `${fetch.loaderKey}${variables}`,
      representation,
      (list) => sendBatch(run, fetch, variables, list),
    );
    let entities = wanted.get(loaded.batch);
    if (entities === undefined) {
      entities = new Map();
      wanted.set(loaded.batch, entities);
    }
    const known = entities.get(representation);
    if (known === undefined) entities.set(representation, { loaded, objects: [target.object] });
    else known.objects.push(target.object);
  }
  return { wanted, incomplete };
}

function withContext(
  run: PlanRun,
  { node }: EntityFetch,
  target: FetchTarget,
  variables: string,
): string {
  if (node.contextRewrites === undefined) return variables;
  const { executionSchema } = run.snapshot;
  let text = variables;
  const values = contextArguments(run.data, target, node.contextRewrites, executionSchema);
  for (const [name, value] of Object.entries(values)) text = appendVariable(text, name, value);
  return text;
}

async function sendBatch(
  run: PlanRun,
  fetch: EntityFetch,
  variables: string,
  representations: string,
): Promise<SubgraphResponse> {
  const separator = variables === '' ? '' : ',';
  const response = await callSubgraph(
    run,
    fetch,
    `${variables}${separator}"representations":${representations}`,
  );
  const { outputRewrites } = fetch.node;
  if (isObject(response.data)) {
    assertShallow(response.data);
    rewriteData(response.data._entities, outputRewrites, run.snapshot.executionSchema);
  }
  return response;
}

async function settleBatch(
  run: PlanRun,
  fetch: EntityFetch,
  batch: EntityBatch,
  wanted: WantedEntities,
): Promise<void> {
  const outcome = await batch.outcome;
  run.context.signal.throwIfAborted();
  const { node } = fetch;
  if (outcome.response === undefined) {
    run.errors.push(failedFetchError(outcome.cause, placesOf(run, fetch, wanted.values())));
    return;
  }
  for (const reported of outcome.response.errors ?? []) {
    recordReportedError(run, fetch, { batch, wanted }, reported);
  }
  try {
    const answers = readAnswers(node.serviceName, outcome.response, batch.representations.length);
    for (const entity of wanted.values()) {
      mergeEntity(run, fetch, entity, answers?.[entity.loaded.index]);
    }
  } catch (error) {
    run.errors.push(failedFetchError(error, placesOf(run, fetch, wanted.values())));
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for an answer that says nothing of which entity is which. */
function readAnswers(
  subgraph: string,
  { data, errors }: SubgraphResponse,
  length: number,
): readonly unknown[] | undefined {
  const answers = isObject(data) ? data._entities : undefined;
  if (!Array.isArray(answers)) {
    if (errors !== undefined && errors.length > 0) return undefined;
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${subgraph} answered no list of entities and no error.`,
    );
  }
  if (answers.length !== length) {
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${subgraph} answered ${answers.length} entities for ${length} representations.`,
    );
  }
  return answers;
}

function mergeEntity(
  run: PlanRun,
  fetch: EntityFetch,
  entity: WantedEntity,
  answer: unknown,
): void {
  // Null says that the subgraph knows no such entity, which is no error by itself.
  if (answer === null || answer === undefined) return;
  const { loaded, objects } = entity;
  const { executionSchema } = run.snapshot;
  let isConsistent = isObject(answer);
  if (isObject(answer)) {
    const isShared = loaded.isMerged || objects.length > 1;
    if (isShared && run.plan.canShareEntities) shareChildren(run, answer);
    for (const object of objects) {
      const own =
        isShared && !run.plan.canShareEntities ? (copyData(answer) as DataObject) : answer;
      if (!mergeData(object, own, executionSchema)) isConsistent = false;
    }
    loaded.isMerged = true;
  }
  if (isConsistent) return;
  const cause = new AppError(
    'DOWNSTREAM_SERVICE_ERROR',
    `Subgraph ${fetch.node.serviceName} answered an entity of the wrong shape.`,
  );
  run.errors.push(failedFetchError(cause, placesOf(run, fetch, [entity])));
}

function shareChildren(run: PlanRun, answer: DataObject): void {
  for (const key of Object.keys(answer)) {
    const child = answer[key];
    if (typeof child === 'object' && child !== null) run.shared.add(child);
  }
}

/** `_entities, 3, name` is `name` wherever the fourth entity occurs. */
function recordReportedError(
  run: PlanRun,
  fetch: EntityFetch,
  { batch, wanted }: { readonly batch: EntityBatch; readonly wanted: WantedEntities },
  reported: SubgraphError,
): void {
  const [, index, ...rest] = reportedPath(reported);
  if (typeof index !== 'number' || index >= batch.representations.length) {
    run.errors.push(reportedError(reported, placesOf(run, fetch, wanted.values()), []));
    return;
  }
  const entity = wanted.values().find(({ loaded }) => loaded.index === index);
  // Else it is about an entity that another fetch wanted, which tells of it.
  if (entity === undefined) return;
  run.errors.push(reportedError(reported, placesOf(run, fetch, [entity]), rest));
}

/** Where the entities are in the data: in the order of the entities, then of the data. */
function placesOf(
  run: PlanRun,
  { node, path }: EntityFetch,
  entities: Iterable<WantedEntity>,
): FetchPlaces {
  const paths = new Map<DataObject, DataPath[]>();
  for (const target of flattenTargets(run.data, path)) {
    if (target.path === undefined) continue;
    const known = paths.get(target.object);
    if (known === undefined) paths.set(target.object, [target.path]);
    else known.push(target.path);
  }
  const objects = [...entities].flatMap((entity) => entity.objects);
  return { node, paths: [...new Set(objects)].flatMap((object) => paths.get(object) ?? []) };
}

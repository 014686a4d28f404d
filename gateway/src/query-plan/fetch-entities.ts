import { AppError } from '@plaza/schema/errors';
import type { SubgraphError } from '../subgraph-fetch/subgraph-request.ts';
import { callSubgraph } from './call-subgraph.ts';
import type { EntityFetch } from './compile-plan.ts';
import type { DataPath } from './data-path.ts';
import type { EntityAnswers } from './entity-answers.ts';
import { askForAll, readEntityAnswers } from './entity-answers.ts';
import type { EntityBatch, WantedEntity } from './entity-loader.ts';
import type { PlanRun } from './execute-plan.ts';
import type { AskEntities } from './fetch-cache.ts';
import type { FetchPlaces } from './fetch-errors.ts';
import { failedFetchError, reportedError, reportedPath } from './fetch-errors.ts';
import { flattenTargets } from './flatten-path.ts';
import type { LookedUpEntities } from './look-up-entities.ts';
import { lookUpEntities, targetsOf } from './look-up-entities.ts';
import type { DataObject } from './merge-data.ts';
import { copyData, DataMerge, isObject } from './merge-data.ts';
import { rewriteData } from './rewrite-data.ts';

/**
 * Fetches the entities at the fetch's path and merges them there. An entity that occurs several times
 * is fetched once. Of one that lacks a required field only those fields are fetched that do without
 * it; the others stay empty.
 */
export function fetchEntities(run: PlanRun, fetch: EntityFetch): Promise<void> {
  const looked = lookUpEntities(run, fetch, targetsOf(run, fetch), sendBatch);
  if (run.plan.canShareEntities) run.reached.set(fetch.pathKey, looked.distinct);
  return settle(run, fetch, looked);
}

async function settle(
  run: PlanRun,
  fetch: EntityFetch,
  { wanted, incomplete }: LookedUpEntities,
): Promise<void> {
  const work: Promise<void>[] = [];
  for (const [batch, entities] of wanted) work.push(settleBatch(run, fetch, batch, entities));
  if (incomplete.length > 0) {
    for (const part of fetch.parts) {
      work.push(settle(run, part, lookUpEntities(run, part, incomplete, sendBatch)));
    }
  }
  await (work.length === 1 ? work[0] : Promise.all(work));
}

async function sendBatch(
  run: PlanRun,
  fetch: EntityFetch,
  variables: string,
  representations: readonly string[],
): Promise<EntityAnswers> {
  const ask: AskEntities = async (some, signal) => {
    const list = `"representations":[${some.join(',')}]`;
    const separator = variables === '' ? '' : ',';
    const response = await callSubgraph(run, fetch, `${variables}${separator}${list}`, signal);
    const answers = readEntityAnswers(fetch.node.serviceName, response, some.length);
    return { ...answers, cacheHeaders: response.cacheHeaders };
  };
  const found =
    run.cache === undefined
      ? await askForAll(representations, ask)
      : await run.cache.entities(fetch, variables, { representations, ask });
  rewriteData(found.answers, fetch.node.outputRewrites, run.snapshot.executionSchema);
  return found;
}

async function settleBatch(
  run: PlanRun,
  fetch: EntityFetch,
  batch: EntityBatch,
  wanted: readonly WantedEntity[],
): Promise<void> {
  const { answers, errors, asked, failure } = await batch.outcome;
  run.context.signal.throwIfAborted();
  if (failure !== undefined) {
    const failed = wanted.filter(({ loaded }) => failure.places.has(loaded.index));
    if (failed.length > 0) {
      run.errors.push(failedFetchError(failure.cause, placesOf(run, fetch, failed)));
    }
  }
  if (errors.length > 0) {
    const known =
      asked === undefined ? wanted : wanted.filter((one) => asked.has(one.loaded.index));
    for (const reported of errors)
      recordReportedError(run, fetch, { batch, wanted: known }, reported);
  }
  for (const entity of wanted) mergeEntity(run, fetch, entity, answers[entity.loaded.index]);
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
  const merge = new DataMerge(executionSchema);
  if (isObject(answer)) {
    const isShared = loaded.isMerged || objects.length > 1;
    if (isShared && run.plan.canShareEntities) shareChildren(run, answer);
    for (const object of objects) {
      const own =
        isShared && !run.plan.canShareEntities ? (copyData(answer) as DataObject) : answer;
      merge.merge(object, own);
    }
    loaded.isMerged = true;
    if (merge.addsObjects) run.reached.clear();
    if (merge.isConsistent) return;
  }
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
  { batch, wanted }: { readonly batch: EntityBatch; readonly wanted: readonly WantedEntity[] },
  reported: SubgraphError,
): void {
  const [, index, ...rest] = reportedPath(reported);
  if (typeof index !== 'number' || index >= batch.representations.length) {
    if (wanted.length === 0) return;
    run.errors.push(reportedError(reported, placesOf(run, fetch, wanted), []));
    return;
  }
  const entity = wanted.find(({ loaded }) => loaded.index === index);
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

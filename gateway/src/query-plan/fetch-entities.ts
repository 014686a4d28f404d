import { AppError } from '@plaza/schema/errors';
import type { SubgraphError, SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import { appendVariable, callSubgraph, writeVariables } from './call-subgraph.ts';
import type { EntityFetch } from './compile-plan.ts';
import { contextArguments } from './context-arguments.ts';
import type { DataPath } from './data-path.ts';
import type { EntityBatch, KnownEntities, LoadedEntity, WantedEntity } from './entity-loader.ts';
import type { PlanRun } from './execute-plan.ts';
import type { FetchPlaces } from './fetch-errors.ts';
import { failedFetchError, reportedError, reportedPath } from './fetch-errors.ts';
import { flattenTargets, objectsAt } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';
import { assertShallow, copyData, isObject, mergeData } from './merge-data.ts';
import { rewriteData } from './rewrite-data.ts';
import type { Slot } from './unify-entities.ts';
import { unifyEntity } from './unify-entities.ts';
import type { Representation } from './write-representation.ts';
import { textOf } from './write-representation.ts';

/** What one fetch wants of one call. */
type WantedEntities = WantedEntity[];

/**
 * Fetches the entities at the fetch's path and merges them there. An entity that occurs several times
 * is fetched once. Of one that lacks a required field only those fields are fetched that do without
 * it; the others stay empty.
 */
export function fetchEntities(run: PlanRun, fetch: EntityFetch): Promise<void> {
  return fetchTargets(run, fetch, targetsOf(run, fetch));
}

/** An object to add to, and where it is. */
interface Target extends Slot {
  readonly path: DataPath | undefined;
}

/** Paths cost more than slots; without contexts only errors need them, and find them later. */
function targetsOf({ data, shared, plan }: PlanRun, { path }: EntityFetch): readonly Target[] {
  if (!plan.canShareEntities) {
    return flattenTargets(data, path).map((target) => ({ ...target, holder: undefined, key: '' }));
  }
  const { objects, holders, keys } = objectsAt(data, path, shared);
  return objects.map((object, index) => ({
    object,
    holder: holders[index],
    key: keys[index] ?? '',
    path: undefined,
  }));
}

async function fetchTargets(
  run: PlanRun,
  fetch: EntityFetch,
  targets: readonly Target[],
): Promise<void> {
  const { wanted, incomplete } = loadTargets(run, fetch, targets);
  const work: Promise<void>[] = [];
  for (const [batch, entities] of wanted) work.push(settleBatch(run, fetch, batch, entities));
  if (incomplete.length > 0) {
    for (const part of fetch.parts) work.push(fetchTargets(run, part, incomplete));
  }
  await (work.length === 1 ? work[0] : Promise.all(work));
}

function loadTargets(run: PlanRun, fetch: EntityFetch, targets: readonly Target[]) {
  const wanted = new Map<EntityBatch, WantedEntities>();
  const incomplete: Target[] = [];
  const ownVariables = writeVariables(run, fetch.node);
  const hasContext = fetch.node.contextRewrites !== undefined;
  const ownShape = hasContext ? undefined : shapeOf(run, fetch, ownVariables);
  const representation: Representation = { opening: '', identity: '', isIdentityValue: false };
  for (const target of targets) {
    if (!fetch.readRepresentation(target.object, representation)) {
      incomplete.push(target);
      continue;
    }
    const shape = ownShape ?? shapeOf(run, fetch, withContext(run, fetch, target, ownVariables));
    const loaded = loadEntity(run, fetch, shape, representation);
    const object = unifyEntity(loaded, target, run);
    if (loaded.wanted?.lookUp === wanted) {
      // The first is the one that stands for the others.
      if (loaded.wanted.objects[0] !== object) loaded.wanted.objects.push(object);
      continue;
    }
    loaded.wanted = { loaded, objects: [object], lookUp: wanted };
    const entities = wanted.get(loaded.batch);
    if (entities === undefined) wanted.set(loaded.batch, [loaded.wanted]);
    else entities.push(loaded.wanted);
  }
  return { wanted, incomplete };
}

function loadEntity(
  run: PlanRun,
  fetch: EntityFetch,
  { variables, known }: CallShape,
  representation: Representation,
): LoadedEntity {
  let alike = known.get(representation.opening);
  if (alike === undefined) {
    alike = new Map();
    known.set(representation.opening, alike);
  }
  let loaded = alike.get(representation.identity);
  if (loaded === undefined) {
    const send = (list: string) => sendBatch(run, fetch, variables, list);
    loaded = run.loaders.load(fetch.loaderKey + variables, textOf(representation), send);
    alike.set(representation.identity, loaded);
  }
  return loaded;
}

/** A call but for its representations, and the entities that such calls have asked for. */
interface CallShape {
  readonly variables: string;
  readonly known: KnownEntities;
}

function shapeOf(run: PlanRun, fetch: EntityFetch, variables: string): CallShape {
  return { variables, known: run.loaders.known(fetch.loaderKey + variables) };
}

function withContext(
  run: PlanRun,
  { node }: EntityFetch,
  target: Target,
  variables: string,
): string {
  const { executionSchema } = run.snapshot;
  let text = variables;
  const values = contextArguments(run.data, target, node.contextRewrites ?? [], executionSchema);
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
    run.errors.push(failedFetchError(outcome.cause, placesOf(run, fetch, wanted)));
    return;
  }
  for (const reported of outcome.response.errors ?? []) {
    recordReportedError(run, fetch, { batch, wanted }, reported);
  }
  try {
    const answers = readAnswers(node.serviceName, outcome.response, batch.representations.length);
    for (const entity of wanted) {
      mergeEntity(run, fetch, entity, answers?.[entity.loaded.index]);
    }
  } catch (error) {
    run.errors.push(failedFetchError(error, placesOf(run, fetch, wanted)));
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

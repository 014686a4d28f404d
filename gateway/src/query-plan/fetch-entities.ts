import { AppError } from '@plaza/schema/errors';
import type { SubgraphError, SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import { callSubgraph, variablesOf } from './call-subgraph.ts';
import { contextArguments } from './context-arguments.ts';
import type { PlanRun } from './execute-plan.ts';
import type { FetchPlaces } from './fetch-errors.ts';
import { failedFetchError, reportedError, reportedPath } from './fetch-errors.ts';
import type { FetchTarget } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';
import { copyData, isObject, mergeData } from './merge-data.ts';
import type { FetchNode, RequiresSelection } from './plan-node.ts';
import { buildRepresentation, hasKey } from './representations.ts';
import { rewriteData } from './rewrite-data.ts';

export interface EntityFetchNode extends FetchNode {
  readonly requires: readonly RequiresSelection[];
}

/** One entity to fetch, and everywhere it occurs. */
interface WantedEntity {
  readonly representation: DataObject;
  readonly targets: FetchTarget[];
}

/** Entities that one request asks for: those with the same `@fromContext` arguments. */
interface EntityBatch {
  readonly contextArguments: Readonly<Record<string, unknown>>;
  readonly entities: Map<string, WantedEntity>;
}

/**
 * Fetches the entities at the targets and merges them there. An entity that occurs several times is
 * fetched once. Of one that lacks a required field only those fields are fetched that do without it;
 * the others stay empty.
 */
export async function fetchEntities(
  run: PlanRun,
  node: EntityFetchNode,
  targets: readonly FetchTarget[],
): Promise<void> {
  const { batches, incomplete } = collectBatches(run, node, targets);
  const parts = incomplete.length === 0 ? [] : (node.parts ?? []);
  await Promise.all([
    ...batches.map((batch) => fetchBatch(run, node, batch)),
    ...parts.map((part) =>
      fetchEntities(run, { ...part, requires: part.requires ?? [] }, incomplete),
    ),
  ]);
}

function collectBatches(
  run: PlanRun,
  node: EntityFetchNode,
  targets: readonly FetchTarget[],
): { readonly batches: readonly EntityBatch[]; readonly incomplete: readonly FetchTarget[] } {
  const schema = run.snapshot.executionSchema;
  const batches = new Map<string, EntityBatch>();
  const incomplete: FetchTarget[] = [];
  for (const target of targets) {
    const representation = representationOf(run, node, target);
    if (representation === undefined) {
      incomplete.push(target);
      continue;
    }
    const context = contextArguments(run.data, target, node.contextRewrites ?? [], schema);
    const batchKey = JSON.stringify(context);
    let batch = batches.get(batchKey);
    if (batch === undefined) {
      batch = { contextArguments: context, entities: new Map() };
      batches.set(batchKey, batch);
    }
    const entityKey = JSON.stringify(representation);
    const known = batch.entities.get(entityKey);
    if (known === undefined) batch.entities.set(entityKey, { representation, targets: [target] });
    else known.targets.push(target);
  }
  return { batches: [...batches.values()], incomplete };
}

/** Undefined when the subgraph could not know the entity by what there is to send. */
function representationOf(
  { snapshot }: PlanRun,
  node: EntityFetchNode,
  { object }: FetchTarget,
): DataObject | undefined {
  const schema = snapshot.executionSchema;
  const representation = buildRepresentation(object, node.requires, schema);
  if (representation === undefined) return undefined;
  rewriteData(representation, node.inputRewrites, schema);
  const keys = snapshot.entityKeys.of(node.serviceName, String(representation.__typename));
  return hasKey(representation, keys) ? representation : undefined;
}

async function fetchBatch(run: PlanRun, node: EntityFetchNode, batch: EntityBatch): Promise<void> {
  const entities = [...batch.entities.values()];
  const allPlaces: FetchPlaces = { node, paths: entities.flatMap(pathsOf) };
  const recordFailure = (cause: unknown): void => {
    run.errors.push(failedFetchError(cause, allPlaces));
  };
  const variables = {
    ...variablesOf(run, node),
    ...batch.contextArguments,
    representations: entities.map(({ representation }) => representation),
  };
  const response = await callSubgraph(run, node, variables, recordFailure);
  if (response === undefined) return;
  for (const reported of response.errors ?? []) {
    run.errors.push(locateReportedError(reported, entities, allPlaces));
  }
  try {
    mergeEntities(run, node, entities, response);
  } catch (error) {
    recordFailure(error);
  }
}

/** Throws AppError DOWNSTREAM_SERVICE_ERROR for an answer that says nothing of which entity is which. */
function mergeEntities(
  run: PlanRun,
  node: EntityFetchNode,
  entities: readonly WantedEntity[],
  { data, errors }: SubgraphResponse,
): void {
  const answers = isObject(data) ? data._entities : undefined;
  if (!Array.isArray(answers)) {
    if (errors !== undefined && errors.length > 0) return;
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${node.serviceName} answered no list of entities and no error.`,
    );
  }
  if (answers.length !== entities.length) {
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${node.serviceName} answered ${answers.length} entities for ${entities.length} representations.`,
    );
  }
  for (const [index, entity] of entities.entries()) {
    mergeEntity(run, node, entity, answers[index]);
  }
}

function mergeEntity(
  run: PlanRun,
  node: EntityFetchNode,
  entity: WantedEntity,
  answer: unknown,
): void {
  // Null says that the subgraph knows no such entity, which is no error by itself.
  if (answer === null) return;
  const schema = run.snapshot.executionSchema;
  const copy = copyData(answer);
  rewriteData(copy, node.outputRewrites, schema);
  let isConsistent = isObject(copy);
  for (const { object } of entity.targets) {
    if (isObject(copy) && !mergeData(object, copy, schema)) isConsistent = false;
  }
  if (isConsistent) return;
  const cause = new AppError(
    'DOWNSTREAM_SERVICE_ERROR',
    `Subgraph ${node.serviceName} answered an entity of the wrong shape.`,
  );
  run.errors.push(failedFetchError(cause, { node, paths: pathsOf(entity) }));
}

/** `_entities, 3, name` is `name` wherever the fourth entity occurs. */
function locateReportedError(
  reported: SubgraphError,
  entities: readonly WantedEntity[],
  allPlaces: FetchPlaces,
) {
  const [, index, ...rest] = reportedPath(reported);
  const entity = typeof index === 'number' ? entities[index] : undefined;
  return entity === undefined
    ? reportedError(reported, allPlaces, [])
    : reportedError(reported, { node: allPlaces.node, paths: pathsOf(entity) }, rest);
}

function pathsOf({ targets }: WantedEntity): FetchPlaces['paths'] {
  return targets.map(({ path }) => path);
}

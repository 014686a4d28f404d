import type { AppError } from '@plaza/schema/errors';
import type { GraphQLCompositeType, GraphQLNullableType, GraphQLOutputType } from 'graphql';
import {
  GraphQLError,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import { dataKeysOf } from '../query-plan/data-path.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { DataObject } from '../query-plan/merge-data.ts';
import { createDataObject, isObject } from '../query-plan/merge-data.ts';
import { ownValue } from '../query-plan/own-value.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { CollectedField, CollectedFields, SelectionContext } from './collect-fields.ts';
import { collectFields, collectSubfields } from './collect-fields.ts';
import type { DeferredObject, ProjectionPath } from './deferred-object.ts';
import { sourceAt } from './deferred-object.ts';
import { ExplainedPaths } from './explained-paths.ts';
import { introspect } from './introspect.ts';
import { completeLeaf, invalidLeaf } from './leaf-value.ts';
import { runtimeType } from './runtime-type.ts';

/** In place of a value that is an error already; the nearest nullable field becomes null. */
const failed = Symbol('failed');

interface Projection extends SelectionContext {
  readonly normalized: NormalizedOperation;
  readonly explained: ExplainedPaths;
  readonly errors: GraphQLError[];
  /** Withheld fields that have their error already: one each, at the first place. */
  readonly reported: Set<CollectedField>;
  readonly deferred: DeferredObject[];
}

/** A field of one object, or an item of its list. */
interface Place {
  readonly field: CollectedField;
  readonly parentTypeName: string;
  readonly path: ProjectionPath;
}

export interface ProjectedData {
  readonly data: DataObject | null;
  readonly errors: readonly GraphQLError[];
  /** What was left for later, also in objects that became null after all. */
  readonly deferred: readonly DeferredObject[];
}

/** Completes fetched data to the response (GraphQL specification, section 6.4.3). */
export function projectData(
  normalized: NormalizedOperation,
  view: GraphView,
  variables: Readonly<Record<string, unknown>>,
  executed: ExecutedPlan,
): ProjectedData {
  const { operation } = normalized;
  const projection = startProjection(normalized, view, variables, executed);
  const rootType = projection.schema.getRootType(operation.operation);
  if (!rootType) return finish(projection, null);
  const collected = collectFields([operation.selectionSet], rootType, projection);
  const data = projectObject(projection, rootType, collected, executed.data, undefined);
  return finish(projection, data);
}

/** The same for a deferred fragment, once the data have what it selects. */
export function projectDeferred(
  normalized: NormalizedOperation,
  view: GraphView,
  variables: Readonly<Record<string, unknown>>,
  executed: ExecutedPlan,
  { selectionSet, type, path }: DeferredObject,
): ProjectedData {
  const projection = startProjection(normalized, view, variables, executed);
  const source = sourceAt(executed.data, path);
  if (!isObject(source)) return finish(projection, null);
  // What was an interface to the first subgraph may have become an object type.
  const known = runtimeType(projection.schema, type, source.__typename) ?? type;
  const collected = collectFields([selectionSet], known, projection);
  return finish(projection, projectObject(projection, known, collected, source, path));
}

function startProjection(
  normalized: NormalizedOperation,
  { apiSchema: schema }: GraphView,
  variables: Readonly<Record<string, unknown>>,
  executed: ExecutedPlan,
): Projection {
  const { fragments, dataKeys } = normalized;
  return {
    schema,
    fragments,
    dataKeys,
    variables,
    normalized,
    explained: new ExplainedPaths(executed.errors),
    errors: [],
    reported: new Set(),
    deferred: [],
  };
}

function finish(
  { errors, deferred }: Projection,
  data: DataObject | null | typeof failed,
): ProjectedData {
  return { data: data === failed ? null : data, errors, deferred };
}

function projectObject(
  projection: Projection,
  type: GraphQLCompositeType,
  { fields, deferred }: CollectedFields,
  source: DataObject,
  path: ProjectionPath | undefined,
): DataObject | typeof failed {
  const object = createDataObject();
  for (const field of fields) {
    const value = projectField(projection, type, field, source, path);
    if (value === failed) return failed;
    if (value !== undefined) object[field.responseName] = value;
  }
  for (const fragment of deferred) projection.deferred.push({ ...fragment, type, path });
  return object;
}

function projectField(
  projection: Projection,
  type: GraphQLCompositeType,
  field: CollectedField,
  source: DataObject,
  parent: ProjectionPath | undefined,
): unknown {
  const { fieldName, responseName } = field;
  if (fieldName === '__typename') return type.name;
  if (fieldName.startsWith('__') && type === projection.schema.getQueryType()) {
    return introspect(field, projection);
  }
  if (isUnionType(type)) return undefined;
  const definition = type.getFields()[fieldName];
  if (definition === undefined) return undefined;
  const path = { parent, key: responseName, dataKey: field.dataKey };
  const place: Place = { field, parentTypeName: type.name, path };
  const refusal = refusalOf(projection, field);
  if (refusal !== undefined) return withhold(projection, definition.type, place, refusal);
  return completeValue(projection, definition.type, ownValue(source, field.dataKey), place);
}

/** Why a field is withheld; it is not when one of its selections may be seen. */
function refusalOf(
  { normalized: { withheld } }: Projection,
  { nodes }: CollectedField,
): AppError | undefined {
  if (withheld.size === 0) return undefined;
  const [first] = nodes;
  return first !== undefined && nodes.every((node) => withheld.has(node))
    ? withheld.get(first)
    : undefined;
}

function withhold(
  { errors, reported }: Projection,
  type: GraphQLOutputType,
  { field, path }: Place,
  { message, code }: AppError,
): null | typeof failed {
  if (!reported.has(field)) {
    reported.add(field);
    errors.push(
      new GraphQLError(message, {
        path: dataKeysOf(path),
        nodes: field.nodes,
        extensions: { code },
      }),
    );
  }
  return isNonNullType(type) ? failed : null;
}

function completeValue(
  projection: Projection,
  type: GraphQLOutputType,
  value: unknown,
  place: Place,
): unknown {
  if (!isNonNullType(type)) {
    const completed = completeNullable(projection, type, value, place);
    return completed === failed ? null : completed;
  }
  const completed = completeNullable(projection, type.ofType, value, place);
  return completed === null
    ? fail(projection, place, 'Cannot return null for non-nullable field')
    : completed;
}

function completeNullable(
  projection: Projection,
  type: GraphQLNullableType & GraphQLOutputType,
  value: unknown,
  place: Place,
): unknown {
  if (value === null || value === undefined) return null;
  if (isListType(type)) return completeList(projection, type.ofType, value, place);
  if (!isLeafType(type)) return completeObject(projection, type, value, place);
  const leaf = completeLeaf(type, value);
  return leaf === invalidLeaf
    ? fail(projection, place, `Expected a value of type ${type.name} for field`)
    : leaf;
}

function completeList(
  projection: Projection,
  itemType: GraphQLOutputType,
  value: unknown,
  place: Place,
): unknown {
  if (!Array.isArray(value)) return fail(projection, place, 'Expected a list for field');
  const items: unknown[] = [];
  for (const [index, item] of value.entries()) {
    const path = { parent: place.path, key: index, dataKey: index };
    const completed = completeValue(projection, itemType, item, { ...place, path });
    if (completed === failed) return failed;
    items.push(completed);
  }
  return items;
}

function completeObject(
  projection: Projection,
  declared: GraphQLCompositeType,
  value: unknown,
  place: Place,
): unknown {
  if (!isObject(value)) return fail(projection, place, 'Expected an object for field');
  const type = runtimeType(projection.schema, declared, value.__typename);
  if (type === undefined) {
    // Not the name that came: it may be one that the API schema hides.
    return fail(projection, place, `Expected a possible type of ${declared.name} for field`);
  }
  const collected = collectSubfields(place.field, type, projection);
  if (collected.needsObjectType && isAbstractType(type)) {
    return fail(projection, place, `Expected the object type of ${declared.name} for field`);
  }
  return projectObject(projection, type, collected, value, place.path);
}

function fail(projection: Projection, { field, parentTypeName, path }: Place, problem: string) {
  const keys = dataKeysOf(path);
  if (!projection.explained.has(keys)) {
    projection.errors.push(
      new GraphQLError(`${problem} ${parentTypeName}.${field.fieldName}.`, {
        path: keys,
        nodes: field.nodes,
        extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
      }),
    );
  }
  return failed;
}

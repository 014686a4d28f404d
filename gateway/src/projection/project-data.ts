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
import type { DataPath } from '../query-plan/data-path.ts';
import { dataKeysOf } from '../query-plan/data-path.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { DataObject } from '../query-plan/merge-data.ts';
import { createDataObject, isObject } from '../query-plan/merge-data.ts';
import { ownValue } from '../query-plan/own-value.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { CollectedField, SelectionContext } from './collect-fields.ts';
import { collectFields, collectSubfields } from './collect-fields.ts';
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
}

/** A field of one object, or an item of its list. */
interface Place {
  readonly field: CollectedField;
  readonly parentTypeName: string;
  readonly path: DataPath;
}

export interface ProjectedData {
  readonly data: DataObject | null;
  readonly errors: readonly GraphQLError[];
}

/** Completes fetched data to the response (GraphQL specification, section 6.4.3). */
export function projectData(
  normalized: NormalizedOperation,
  { apiSchema: schema }: SupergraphSnapshot,
  variables: Readonly<Record<string, unknown>>,
  executed: ExecutedPlan,
): ProjectedData {
  const { operation, fragments, dataKeys } = normalized;
  const projection: Projection = {
    schema,
    fragments,
    dataKeys,
    variables,
    normalized,
    explained: new ExplainedPaths(executed.errors),
    errors: [],
    reported: new Set(),
  };
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) return { data: null, errors: [] };
  const { fields } = collectFields([operation.selectionSet], rootType, projection);
  const data = projectObject(projection, rootType, fields, executed.data, undefined);
  return { data: data === failed ? null : data, errors: projection.errors };
}

function projectObject(
  projection: Projection,
  type: GraphQLCompositeType,
  fields: readonly CollectedField[],
  source: DataObject,
  path: DataPath | undefined,
): DataObject | typeof failed {
  const object = createDataObject();
  for (const field of fields) {
    const value = projectField(projection, type, field, source, path);
    if (value === failed) return failed;
    if (value !== undefined) object[field.responseName] = value;
  }
  return object;
}

function projectField(
  projection: Projection,
  type: GraphQLCompositeType,
  field: CollectedField,
  source: DataObject,
  parent: DataPath | undefined,
): unknown {
  const { fieldName, responseName } = field;
  if (fieldName === '__typename') return type.name;
  if (fieldName.startsWith('__') && type === projection.schema.getQueryType()) {
    return introspect(field, projection);
  }
  if (isUnionType(type)) return undefined;
  const definition = type.getFields()[fieldName];
  if (definition === undefined) return undefined;
  const path = { parent, key: responseName };
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
    const itemPlace: Place = { ...place, path: { parent: place.path, key: index } };
    const completed = completeValue(projection, itemType, item, itemPlace);
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
  const { fields, needsObjectType } = collectSubfields(place.field, type, projection);
  if (needsObjectType && isAbstractType(type)) {
    return fail(projection, place, `Expected the object type of ${declared.name} for field`);
  }
  return projectObject(projection, type, fields, value, place.path);
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

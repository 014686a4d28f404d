import { AppError } from '@plaza/schema/errors';
import type { GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';

/**
 * Fetched data. Made without a prototype, so that a key such as `__proto__` or `constructor` in an
 * answer is a key and nothing else.
 */
export type DataObject = Record<string, unknown>;

/** Deepest nesting of an answer, in levels of objects and lists. */
const answerDepthMax = 1_000;

export function createDataObject(): DataObject {
  return Object.create(null) as DataObject;
}

export function isObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Copies an answer. Throws AppError DOWNSTREAM_SERVICE_ERROR when it nests too deeply. */
export function copyData(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  assertDepth(depth);
  if (Array.isArray(value)) return value.map((item) => copyData(item, depth + 1));
  const copy = createDataObject();
  for (const [key, item] of Object.entries(value)) copy[key] = copyData(item, depth + 1);
  return copy;
}

/**
 * Merges an answer into an object of fetched data. What is there already is never replaced by null,
 * by less, or by a thing of another kind; false says that the answer was such a thing.
 * Throws AppError DOWNSTREAM_SERVICE_ERROR when the answer nests too deeply.
 */
export function mergeData(target: DataObject, answer: object, schema: GraphQLSchema): boolean {
  return mergeObjects(target, answer, schema, 0);
}

function mergeObjects(
  target: DataObject,
  answer: object,
  schema: GraphQLSchema,
  depth: number,
): boolean {
  assertDepth(depth);
  let isConsistent = true;
  for (const [key, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    const present = target[key];
    if (key === '__typename') target[key] = mergeTypename(present, value, schema);
    else if (present === undefined || present === null) target[key] = copyData(value, depth + 1);
    else if (!mergeValues(present, value, schema, depth + 1)) isConsistent = false;
    else if (typeof present !== 'object' && value !== null) target[key] = value;
  }
  return isConsistent;
}

/** Merges lists and objects in place; leaves are the caller's. */
function mergeValues(
  present: unknown,
  value: unknown,
  schema: GraphQLSchema,
  depth: number,
): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(present)) {
    return Array.isArray(value) && mergeLists(present, value, schema, depth);
  }
  if (Array.isArray(value)) return false;
  if (isObject(present)) return isObject(value) && mergeObjects(present, value, schema, depth);
  return typeof value !== 'object';
}

function mergeLists(
  present: unknown[],
  value: readonly unknown[],
  schema: GraphQLSchema,
  depth: number,
): boolean {
  assertDepth(depth);
  if (present.length !== value.length) return false;
  let isConsistent = true;
  for (const [index, item] of value.entries()) {
    const presentItem = present[index];
    if (presentItem === undefined || presentItem === null) {
      present[index] = copyData(item, depth + 1);
    } else if (!mergeValues(presentItem, item, schema, depth + 1)) {
      isConsistent = false;
    }
  }
  return isConsistent;
}

/**
 * A subgraph with an interface object answers the interface's name, which says less than the
 * object type that another subgraph told.
 */
function mergeTypename(present: unknown, value: unknown, schema: GraphQLSchema): unknown {
  if (typeof value !== 'string') return present;
  const isKnown = typeof present === 'string' && isObjectType(schema.getType(present));
  return isKnown ? present : value;
}

function assertDepth(depth: number): void {
  if (depth <= answerDepthMax) return;
  throw new AppError(
    'DOWNSTREAM_SERVICE_ERROR',
    `A subgraph answered data nested more than ${answerDepthMax} levels deep.`,
  );
}

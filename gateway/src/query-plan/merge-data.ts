import { AppError } from '@plaza/schema/errors';
import type { GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import { setOwnValue } from './own-value.ts';

/**
 * Fetched data: what `JSON.parse` made of answers, so a key such as `__proto__` or `constructor` is
 * the object's own. Whoever reads a key that could be inherited reads it with `ownValue`.
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

/** Throws AppError DOWNSTREAM_SERVICE_ERROR when the answer nests too deeply. */
export function assertShallow(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  assertDepth(depth);
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object') assertShallow(item, depth + 1);
    }
    return;
  }
  for (const key in value) {
    const item = (value as DataObject)[key];
    if (typeof item === 'object') assertShallow(item, depth + 1);
  }
}

/** A copy for data that must not be one object with another place's, however equal. */
export function copyData(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyData);
  const copy = createDataObject();
  for (const [key, item] of Object.entries(value)) copy[key] = copyData(item);
  return copy;
}

/**
 * Merges answers into objects of fetched data. An answer's lists and objects become part of the data,
 * so it must be shallow (`assertShallow`) and belong to this request. What is there already is never
 * replaced by null, by less, or by a thing of another kind.
 */
export class DataMerge {
  /** False once an answer was of another shape than what was there. */
  isConsistent = true;
  /** True once an answer brought objects or lists, so that paths may lead to more than before. */
  addsObjects = false;
  readonly #schema: GraphQLSchema;
  /** What was merged: data that several places share may lead back to themselves. */
  #merged: Map<object, Set<object>> | undefined;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  merge(target: DataObject, answer: DataObject): void {
    if (!this.#mergeObjects(target, answer)) this.isConsistent = false;
  }

  #mergeObjects(target: DataObject, answer: DataObject): boolean {
    let isConsistent = true;
    for (const key in answer) {
      const value = answer[key];
      if (value === undefined) continue;
      if (typeof value === 'object' && value !== null) this.addsObjects = true;
      const present = target[key];
      if (present === undefined || present === null) target[key] = value;
      else if (!Object.hasOwn(target, key)) setOwnValue(target, key, value);
      else if (key === '__typename') target[key] = mergeTypename(present, value, this.#schema);
      else if (!this.#mergeValues(present, value)) isConsistent = false;
      else if (typeof present !== 'object' && value !== null) target[key] = value;
    }
    return isConsistent;
  }

  /** Merges lists and objects in place; leaves are the caller's. */
  #mergeValues(present: unknown, value: unknown): boolean {
    if (value === null || value === undefined) return true;
    if (typeof present !== 'object' || present === null) return typeof value !== 'object';
    if (typeof value !== 'object' || Array.isArray(present) !== Array.isArray(value)) return false;
    if (present === value || this.#isMerged(present, value)) return true;
    if (Array.isArray(present)) return Array.isArray(value) && this.#mergeLists(present, value);
    return this.#mergeObjects(present as DataObject, value as DataObject);
  }

  #mergeLists(present: unknown[], value: readonly unknown[]): boolean {
    if (present.length !== value.length) return false;
    let isConsistent = true;
    for (const [index, item] of value.entries()) {
      const presentItem = present[index];
      if (presentItem === undefined || presentItem === null) present[index] = item;
      else if (!this.#mergeValues(presentItem, item)) isConsistent = false;
    }
    return isConsistent;
  }

  #isMerged(present: object, value: object): boolean {
    this.#merged ??= new Map();
    const values = this.#merged.get(present);
    if (values === undefined) this.#merged.set(present, new Set([value]));
    else if (values.has(value)) return true;
    else values.add(value);
    return false;
  }
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

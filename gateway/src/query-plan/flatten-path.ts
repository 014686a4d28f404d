import type { DataPath } from './data-path.ts';
import type { DataObject } from './merge-data.ts';
import { isObject } from './merge-data.ts';
import { isInheritedName, ownValue } from './own-value.ts';

/** An object of fetched data that a fetch adds to. */
export interface FetchTarget {
  readonly object: DataObject;
  readonly path: DataPath | undefined;
}

/** One element of a plan's path, read once. */
export interface PathStep {
  /** Undefined stays, `@` goes to each item of a list, all else to that key. */
  readonly key: string | undefined;
  /** Names of the only types to go on with. */
  readonly typenames: readonly string[] | undefined;
}

interface Place {
  readonly value: unknown;
  readonly path: DataPath | undefined;
}

/** Reads elements such as `name`, `@`, `|[A,B]`, `name|[A,B]` and `@|[A,B]`. */
export function parsePath(path: readonly (string | number)[]): readonly PathStep[] {
  return path.map((element) => {
    const [key = '', condition] = String(element).split('|');
    return {
      key: key === '' ? undefined : key,
      typenames: condition?.slice(1, -1).split(','),
    };
  });
}

/** Objects of fetched data and what holds each: an object by a key, or a list by an index. */
export interface HeldObjects {
  readonly objects: readonly DataObject[];
  /** Undefined holds the root. */
  readonly holders: readonly (object | undefined)[];
  readonly keys: readonly (string | number)[];
}

interface Level {
  readonly values: unknown[];
  readonly holders: (object | undefined)[];
  readonly keys: (string | number)[];
}

/**
 * The objects at a path, those of `shared` once, however many places hold them. What is null, or not
 * of the shape that the path tells, is left out.
 */
export function objectsAt(
  root: DataObject,
  steps: readonly PathStep[],
  shared: ReadonlySet<object>,
): HeldObjects {
  let level: Level = { values: [root], holders: [undefined], keys: [''] };
  for (const { key, typenames } of steps) {
    if (key !== undefined) level = key === '@' ? itemsOf(level, shared) : childrenOf(level, key);
    if (typenames !== undefined) level = keep(level, (value) => isOfType(value, typenames));
  }
  const seen = new Set<unknown>();
  const { values, ...held } = keep(
    level,
    (value) => isObject(value) && isFirst(value, shared, seen),
  );
  return { ...held, objects: values as DataObject[] };
}

/** True but for what is shared and was seen before. */
function isFirst(value: unknown, shared: ReadonlySet<object>, seen: Set<unknown>): boolean {
  if (shared.size === 0 || !shared.has(value as object)) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  return true;
}

function itemsOf({ values }: Level, shared: ReadonlySet<object>): Level {
  const items: Level = { values: [], holders: [], keys: [] };
  const seen = new Set<unknown>();
  for (const list of values) {
    if (!Array.isArray(list) || !isFirst(list, shared, seen)) continue;
    for (let index = 0; index < list.length; index += 1) hold(items, list[index], list, index);
  }
  return items;
}

function childrenOf({ values }: Level, key: string): Level {
  const isInherited = isInheritedName(key);
  const children: Level = { values: [], holders: [], keys: [] };
  for (const value of values) {
    if (!isObject(value)) continue;
    hold(children, isInherited ? ownValue(value, key) : value[key], value, key);
  }
  return children;
}

function hold(
  level: Level,
  value: unknown,
  holder: object | undefined,
  key: string | number,
): void {
  if (value === null || value === undefined) return;
  level.values.push(value);
  level.holders.push(holder);
  level.keys.push(key);
}

function keep(level: Level, isKept: (value: unknown) => boolean): Level {
  const kept: Level = { values: [], holders: [], keys: [] };
  for (const [index, value] of level.values.entries()) {
    if (isKept(value)) hold(kept, value, level.holders[index], level.keys[index] ?? '');
  }
  return kept;
}

/** The same with the place of each: an object that several places share is there for each of them. */
export function flattenTargets(
  root: DataObject,
  steps: readonly PathStep[],
): readonly FetchTarget[] {
  let places: readonly Place[] = [{ value: root, path: undefined }];
  for (const step of steps) places = places.flatMap((place) => takeStep(place, step));
  return places.flatMap(({ value, path }) => (isObject(value) ? [{ object: value, path }] : []));
}

function takeStep(place: Place, { key, typenames }: PathStep): readonly Place[] {
  const places = key === undefined ? [place] : placesAt(place, key);
  if (typenames === undefined) return places;
  return places.filter(({ value }) => isOfType(value, typenames));
}

function placesAt({ value, path }: Place, key: string): readonly Place[] {
  if (key === '@') {
    if (!Array.isArray(value)) return [];
    return value.map((item, index) => ({ value: item, path: { parent: path, key: index } }));
  }
  return isObject(value) ? [{ value: ownValue(value, key), path: { parent: path, key } }] : [];
}

function isOfType(value: unknown, typenames: readonly string[]): boolean {
  return (
    isObject(value) && typeof value.__typename === 'string' && typenames.includes(value.__typename)
  );
}

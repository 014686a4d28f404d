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

/**
 * The objects at a path, each once, however many places share it. What is null, or not of the shape
 * that the path tells, is left out.
 */
export function objectsAt(root: DataObject, steps: readonly PathStep[]): readonly DataObject[] {
  let values: unknown[] = [root];
  for (const { key, typenames } of steps) {
    if (key === '@') values = itemsOf(values);
    else if (key !== undefined) values = childrenAt(values, key);
    if (typenames !== undefined) values = values.filter((value) => isOfType(value, typenames));
  }
  const objects = values.filter(isObject);
  return objects.length < 2 ? objects : [...new Set(objects)];
}

function itemsOf(lists: readonly unknown[]): unknown[] {
  const items: unknown[] = [];
  for (const list of lists.length < 2 ? lists : new Set(lists)) {
    if (!Array.isArray(list)) continue;
    for (const item of list) if (item !== null) items.push(item);
  }
  return items;
}

function childrenAt(values: readonly unknown[], key: string): unknown[] {
  const isInherited = isInheritedName(key);
  const children: unknown[] = [];
  for (const value of values) {
    if (!isObject(value)) continue;
    const child = isInherited ? ownValue(value, key) : value[key];
    if (child !== null && child !== undefined) children.push(child);
  }
  return children;
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

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
  /** True for a key that objects could inherit. */
  readonly isInherited: boolean;
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
    const text = String(element);
    const end = text.indexOf('|');
    const key = end === -1 ? text : text.slice(0, end);
    return {
      key: key === '' ? undefined : key,
      isInherited: isInheritedName(key),
      typenames: end === -1 ? undefined : text.slice(end + 2, -1).split(','),
    };
  });
}

/** An object of fetched data and what holds it: an object by a key, or a list by an index. */
export interface HeldObject {
  object: DataObject;
  /** Undefined holds the root. */
  readonly holder: object | undefined;
  readonly key: string | number;
}

/**
 * The objects at a path, those of `shared` once, however many places hold them. What is null, or not
 * of the shape that the path tells, is left out.
 */
export function objectsAt(
  root: DataObject,
  steps: readonly PathStep[],
  shared: ReadonlySet<object>,
): HeldObject[] {
  const walk = new Walk(steps, shared);
  walk.take(root, 0, undefined, '');
  return walk.objects;
}

/** One walk along a path. What is shared leads on but once from each step. */
class Walk {
  readonly objects: HeldObject[] = [];
  readonly #steps: readonly PathStep[];
  readonly #shared: ReadonlySet<object>;
  /** What is shared and was met, by step. */
  readonly #met: Set<object>[] = [];

  constructor(steps: readonly PathStep[], shared: ReadonlySet<object>) {
    this.#steps = steps;
    this.#shared = shared;
  }

  take(value: unknown, at: number, holder: object | undefined, key: string | number): void {
    if (typeof value !== 'object' || value === null) return;
    if (this.#shared.size > 0 && this.#isKnown(value, at)) return;
    const step = this.#steps[at];
    if (step === undefined) {
      if (!Array.isArray(value)) this.objects.push({ object: value as DataObject, holder, key });
      return;
    }
    const { typenames } = step;
    if (step.key === undefined) {
      if (isOfTypes(value, typenames)) this.take(value, at + 1, holder, key);
    } else if (step.key !== '@') {
      if (Array.isArray(value)) return;
      const child = step.isInherited
        ? ownValue(value as DataObject, step.key)
        : (value as DataObject)[step.key];
      if (isOfTypes(child, typenames)) this.take(child, at + 1, value, step.key);
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const item: unknown = value[index];
        if (isOfTypes(item, typenames)) this.take(item, at + 1, value, index);
      }
    }
  }

  #isKnown(value: object, at: number): boolean {
    if (!this.#shared.has(value)) return false;
    this.#met[at] ??= new Set();
    const met = this.#met[at];
    if (met.has(value)) return true;
    met.add(value);
    return false;
  }
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
  return typenames === undefined
    ? places
    : places.filter(({ value }) => isOfTypes(value, typenames));
}

function placesAt({ value, path }: Place, key: string): readonly Place[] {
  if (key === '@') {
    if (!Array.isArray(value)) return [];
    return value.map((item, index) => ({ value: item, path: { parent: path, key: index } }));
  }
  return isObject(value) ? [{ value: ownValue(value, key), path: { parent: path, key } }] : [];
}

/** True where there is no condition on the type. */
function isOfTypes(value: unknown, typenames: readonly string[] | undefined): boolean {
  if (typenames === undefined) return true;
  return (
    isObject(value) && typeof value.__typename === 'string' && typenames.includes(value.__typename)
  );
}

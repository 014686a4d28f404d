import type { DataPath } from './data-path.ts';
import type { DataObject } from './merge-data.ts';
import { isObject } from './merge-data.ts';
import type { FlattenNode } from './plan-node.ts';

/** An object of fetched data that a fetch adds to. */
export interface FetchTarget {
  readonly object: DataObject;
  readonly path: DataPath | undefined;
}

interface PathStep {
  /** Undefined stays, `@` goes to each item of a list, all else to that key. */
  readonly key: string | undefined;
  /** Names of the only types to go on with. */
  readonly typenames: readonly string[] | undefined;
}

interface Place {
  readonly value: unknown;
  readonly path: DataPath | undefined;
}

const stepsOfNode = new WeakMap<FlattenNode, readonly PathStep[]>();

/** The objects at the node's path. What is null, or not of the shape that the path tells, is left out. */
export function flattenTargets(
  targets: readonly FetchTarget[],
  node: FlattenNode,
): readonly FetchTarget[] {
  let places: readonly Place[] = targets.map(({ object, path }) => ({ value: object, path }));
  for (const step of stepsOf(node)) places = places.flatMap((place) => takeStep(place, step));
  return places.flatMap(({ value, path }) => (isObject(value) ? [{ object: value, path }] : []));
}

function stepsOf(node: FlattenNode): readonly PathStep[] {
  let steps = stepsOfNode.get(node);
  if (steps === undefined) {
    steps = node.path.map((element) => parsePathStep(String(element)));
    stepsOfNode.set(node, steps);
  }
  return steps;
}

/** Reads `name`, `@`, `|[A,B]`, `name|[A,B]` and `@|[A,B]`. */
function parsePathStep(element: string): PathStep {
  const [key = '', condition] = element.split('|');
  return {
    key: key === '' ? undefined : key,
    typenames: condition?.slice(1, -1).split(','),
  };
}

function takeStep(place: Place, { key, typenames }: PathStep): readonly Place[] {
  const places = key === undefined ? [place] : placesAt(place, key);
  if (typenames === undefined) return places;
  return places.filter(
    ({ value }) =>
      isObject(value) &&
      typeof value.__typename === 'string' &&
      typenames.includes(value.__typename),
  );
}

function placesAt({ value, path }: Place, key: string): readonly Place[] {
  if (key === '@') {
    if (!Array.isArray(value)) return [];
    return value.map((item, index) => ({ value: item, path: { parent: path, key: index } }));
  }
  return isObject(value) ? [{ value: value[key], path: { parent: path, key } }] : [];
}

import { hash } from 'node:crypto';
import type { KeyPaths } from '../supergraph/entity-keys.ts';

/** Longer values of keys, which clients may choose, are told apart by a digest. */
const keyCharactersMax = 200;

/** One cached thing that an invalidation is about (Apollo Router's four kinds). */
export type InvalidatedThing =
  | { readonly kind: 'subgraph'; readonly subgraph: string }
  | { readonly kind: 'type'; readonly subgraph: string; readonly type: string }
  | {
      readonly kind: 'entity';
      readonly subgraph: string;
      readonly type: string;
      /** Values of the fields of one key. */
      readonly key: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'cacheTag'; readonly subgraph: string; readonly tag: string };

export const subgraphTag = (subgraph: string): string => `s:${subgraph}`;

export const typeTag = (subgraph: string, type: string): string => `t:${subgraph}:${type}`;

/** Of what holds entities of the type somewhere inside: which ones, nobody looks. */
export const nestedTag = (subgraph: string, type: string): string => `n:${subgraph}:${type}`;

export const namedTag = (subgraph: string, tag: string): string => `g:${subgraph}:${tag}`;

/**
 * Of one entity by one of its keys. Undefined when `values` lack a field of the key. Numbers and
 * texts count as equal: one subgraph's `ID` is another one's `Int`.
 */
export function entityTag(
  subgraph: string,
  type: string,
  key: KeyPaths,
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  const fields: string[][] = [];
  for (const path of key) {
    const value = valueAt(values, path);
    if (value === undefined) return undefined;
    fields.push([path.join('.'), value]);
  }
  fields.sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  return `e:${subgraph}:${type}:${brief(JSON.stringify(fields))}`;
}

/** The tags that are out of date when the thing is. */
export function tagsOfInvalidated(thing: InvalidatedThing): readonly string[] {
  const { subgraph } = thing;
  switch (thing.kind) {
    case 'subgraph':
      return [subgraphTag(subgraph)];
    case 'type':
      return [typeTag(subgraph, thing.type)];
    case 'cacheTag':
      return [namedTag(subgraph, thing.tag)];
    case 'entity': {
      const tag = entityTag(subgraph, thing.type, pathsIn(thing.key, []), thing.key);
      return [nestedTag(subgraph, thing.type), ...(tag === undefined ? [] : [tag])];
    }
  }
}

function brief(key: string): string {
  return key.length <= keyCharactersMax ? key : hash('sha256', key, 'base64url');
}

function valueAt(
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): string | undefined {
  let value: unknown = values;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return isPlain(value) ? String(value) : undefined;
}

function pathsIn(value: Readonly<Record<string, unknown>>, path: readonly string[]): KeyPaths {
  return Object.entries(value).flatMap(([name, item]) => {
    const own = [...path, name];
    return typeof item === 'object' && item !== null
      ? pathsIn(item as Record<string, unknown>, own)
      : [own];
  });
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

import { clientResponseName } from './isolate-response-names.ts';

export type ResponsePath = readonly (string | number)[];

/** Where a value is in the fetched data; undefined is the root. */
export interface DataPath {
  readonly parent: DataPath | undefined;
  readonly key: string | number;
}

/** Keys of fetched data from the root down. */
export function dataKeysOf(path: DataPath | undefined): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/**
 * The path that the client knows, from keys of fetched data. A field that only the gateway asked for
 * has no place in the response, so the path ends at the object that it was fetched for.
 */
export function responsePathOf(dataKeys: readonly (string | number)[]): ResponsePath {
  const path: (string | number)[] = [];
  for (const key of dataKeys) {
    if (typeof key === 'string' && key.startsWith(syntheticPrefix)) break;
    path.push(typeof key === 'string' ? clientResponseName(key) : key);
  }
  return path;
}

/** Begins the name of every field that stands for a required field with its arguments. */
export const syntheticPrefix = '_requires';

import type { GraphQLSchema } from 'graphql';
import { dataKeysOf } from './data-path.ts';
import type { FetchTarget } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';
import { isObject } from './merge-data.ts';
import { ownValue } from './own-value.ts';
import type { DataRewrite } from './plan-node.ts';
import { meetsTypeCondition } from './type-condition.ts';

const fragmentPrefix = '... on ';

/**
 * Values of `@fromContext` arguments for one entity, by variable name: they lie in the objects that
 * the entity was reached through. A rewrite's path begins with one `..` for each level up.
 */
export function contextArguments(
  root: DataObject,
  target: FetchTarget,
  rewrites: readonly DataRewrite[],
  schema: GraphQLSchema,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = Object.create(null);
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer' || values[rewrite.renameKeyTo] !== undefined) continue;
    const value = valueAt(root, target, rewrite.path, schema);
    if (value !== undefined) values[rewrite.renameKeyTo] = value;
  }
  return values;
}

function valueAt(
  root: DataObject,
  target: FetchTarget,
  path: readonly string[],
  schema: GraphQLSchema,
): unknown {
  const levelsUp = path.findIndex((element) => element !== '..');
  const keys = dataKeysOf(target.path);
  for (let level = 0; level < levelsUp; level += 1) {
    while (typeof keys.at(-1) === 'number') keys.pop();
    keys.pop();
  }
  let holder: unknown = root;
  for (const key of keys) holder = childOf(holder, key);
  return read(holder, path.slice(levelsUp), schema);
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isObject(value) ? ownValue(value, String(key)) : undefined;
}

function read(value: unknown, path: readonly string[], schema: GraphQLSchema): unknown {
  const [element, ...rest] = path;
  if (element === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => read(item, path, schema));
  if (!isObject(value)) return undefined;
  if (!element.startsWith(fragmentPrefix)) return read(ownValue(value, element), rest, schema);
  const isMet = meetsTypeCondition(value.__typename, element.slice(fragmentPrefix.length), schema);
  return isMet ? read(value, rest, schema) : undefined;
}

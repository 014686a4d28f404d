import type { GraphQLSchema } from 'graphql';
import type { DataObject } from './merge-data.ts';
import { createDataObject, DataMerge, isObject } from './merge-data.ts';
import { ownValue, setOwnValue } from './own-value.ts';
import type { DataRewrite } from './plan-node.ts';
import { meetsTypeCondition } from './type-condition.ts';

const fragmentPrefix = '... on ';

/** Changes data in place as the plan says: sets values, gives keys their final names. */
export function rewriteData(
  data: unknown,
  rewrites: readonly DataRewrite[] | undefined,
  schema: GraphQLSchema,
): void {
  for (const rewrite of rewrites ?? []) rewriteAt(data, rewrite, 0, schema);
}

function rewriteAt(data: unknown, rewrite: DataRewrite, at: number, schema: GraphQLSchema): void {
  if (Array.isArray(data)) {
    for (const item of data) rewriteAt(item, rewrite, at, schema);
    return;
  }
  const element = rewrite.path[at];
  if (!isObject(data) || element === undefined) return;
  if (at === rewrite.path.length - 1) {
    rewriteKey(data, element, rewrite, schema);
  } else if (!element.startsWith(fragmentPrefix)) {
    rewriteAt(ownValue(data, element), rewrite, at + 1, schema);
  } else if (canBe(data.__typename, element.slice(fragmentPrefix.length), schema)) {
    rewriteAt(data, rewrite, at + 1, schema);
  }
}

/** An object that does not tell its type is one that needed no type to be asked for. */
function canBe(typename: unknown, condition: string, schema: GraphQLSchema): boolean {
  return typename === undefined || meetsTypeCondition(typename, condition, schema);
}

/**
 * The planner gives a field a key of its own where another selection of the object may be of another
 * type; an object that both select has both, and they are one field.
 */
function rewriteKey(
  data: DataObject,
  key: string,
  rewrite: DataRewrite,
  schema: GraphQLSchema,
): void {
  if (rewrite.kind === 'ValueSetter') {
    setOwnValue(data, key, rewrite.setValueTo);
  } else if (Object.hasOwn(data, key)) {
    // Present counts, not truthy: 0, false, "" and null are values.
    const renamed = createDataObject();
    setOwnValue(renamed, rewrite.renameKeyTo, data[key]);
    delete data[key];
    new DataMerge(schema).merge(data, renamed);
  }
}

import type { GraphQLOutputType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { KeyPaths } from '../supergraph/entity-keys.ts';
import type { DataObject } from './merge-data.ts';
import { createDataObject, isObject } from './merge-data.ts';
import { ownValue } from './own-value.ts';
import type { RequiresSelection } from './plan-node.ts';
import { meetsTypeCondition } from './type-condition.ts';

/** A required value that is not there: the entity cannot be asked for. */
const missing = Symbol('missing');

/**
 * The representation of an object of fetched data, or undefined when the object is of no required
 * type or lacks a required field. Null is a value where the schema allows null; where it does not,
 * the field failed and there is nothing to send.
 */
export function buildRepresentation(
  object: DataObject,
  requires: readonly RequiresSelection[],
  schema: GraphQLSchema,
): DataObject | undefined {
  const representation = createDataObject();
  if (!selectInto(representation, object, requires, object.__typename, schema)) return undefined;
  return typeof representation.__typename === 'string' ? representation : undefined;
}

function selectInto(
  representation: DataObject,
  object: DataObject,
  selections: readonly RequiresSelection[],
  typename: unknown,
  schema: GraphQLSchema,
): boolean {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const isMet =
        typeCondition === undefined || meetsTypeCondition(typename, typeCondition, schema);
      if (!isMet) continue;
      if (!selectInto(representation, object, selection.selections, typename, schema)) return false;
      continue;
    }
    const key = selection.alias ?? selection.name;
    if (key === '__typename') {
      representation[key] = typename;
      continue;
    }
    const type = fieldType(typename, selection.name, schema);
    const value = selectValue(ownValue(object, key), selection.selections, type, schema);
    if (value === missing) return false;
    representation[key] = mergeSelected(representation[key], value);
  }
  return true;
}

function selectValue(
  value: unknown,
  selections: readonly RequiresSelection[] | undefined,
  type: GraphQLOutputType | undefined,
  schema: GraphQLSchema,
): unknown {
  if (value === undefined) return missing;
  if (value === null) return isNonNullType(type) ? missing : null;
  const nullableType = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullableType)) {
    if (!Array.isArray(value)) return missing;
    const { ofType } = nullableType;
    const items = value.map((item) => selectValue(item, selections, ofType, schema));
    return items.includes(missing) ? missing : items;
  }
  if (selections === undefined) return value;
  if (!isObject(value)) return missing;
  const declared = nullableType === undefined ? undefined : getNamedType(nullableType);
  const typename = value.__typename ?? declared?.name;
  const selected = createDataObject();
  return selectInto(selected, value, selections, typename, schema) ? selected : missing;
}

/** Two fragments that an object meets may select different parts of one field. */
function mergeSelected(present: unknown, value: unknown): unknown {
  if (isObject(present) && isObject(value)) {
    for (const [key, item] of Object.entries(value))
      present[key] = mergeSelected(present[key], item);
    return present;
  }
  if (Array.isArray(present) && Array.isArray(value)) {
    return value.map((item, index) => mergeSelected(present[index], item));
  }
  return value;
}

/** The type of a field, when both the type and the field are known. */
export function fieldType(
  typename: unknown,
  fieldName: string,
  schema: GraphQLSchema,
): GraphQLOutputType | undefined {
  if (typeof typename !== 'string') return undefined;
  if (fieldName === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef.type;
  const type = schema.getType(typename);
  return isObjectType(type) || isInterfaceType(type)
    ? type.getFields()[fieldName]?.type
    : undefined;
}

/** True when the representation has all fields of at least one of the keys. */
export function hasKey(representation: DataObject, keys: readonly KeyPaths[]): boolean {
  return keys.some((key) => key.every((path) => isPresent(representation, path)));
}

function isPresent(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined || value === null) return value !== undefined;
  if (Array.isArray(value)) return value.every((item) => isPresent(item, path));
  return isObject(value) && isPresent(ownValue(value, key), rest);
}

import type { GraphQLOutputType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { DataObject } from './merge-data.ts';
import { createDataObject, isObject } from './merge-data.ts';
import type { RequiresField, RequiresSelection } from './plan-node.ts';
import { meetsConditions } from './root-fields.ts';
import { meetsTypeCondition } from './type-condition.ts';

/** A required value that is not there: the entity cannot be asked for. */
const missing = Symbol('missing');

/** The execution schema, and the client's variables for what is required under a condition. */
export interface RequiresContext {
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The representation of an object of fetched data, or undefined when the object is of no required
 * type or lacks a required field. Null is a value where the schema allows null; where it does not,
 * the field failed and there is nothing to send.
 */
export function buildRepresentation(
  object: DataObject,
  requires: readonly RequiresSelection[],
  context: RequiresContext,
): DataObject | undefined {
  const representation = createDataObject();
  if (!selectInto(representation, object, requires, object.__typename, context)) return undefined;
  return typeof representation.__typename === 'string' ? representation : undefined;
}

function selectInto(
  representation: DataObject,
  object: DataObject,
  selections: readonly RequiresSelection[],
  typename: unknown,
  context: RequiresContext,
): boolean {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const isMet =
        typeCondition === undefined || meetsTypeCondition(typename, typeCondition, context.schema);
      if (!isMet) continue;
      if (!selectInto(representation, object, selection.selections, typename, context))
        return false;
      continue;
    }
    const key = selection.alias ?? selection.name;
    if (key === '__typename') {
      representation[key] = typename;
      continue;
    }
    const type = fieldType(typename, selection.name, context.schema);
    const value = selectValue(object[key], selection.selections, type, context);
    if (value === missing && !isNeeded(selection, context)) continue;
    if (value === missing) return false;
    representation[key] = mergeSelected(representation[key], value);
  }
  return true;
}

function selectValue(
  value: unknown,
  selections: readonly RequiresSelection[] | undefined,
  type: GraphQLOutputType | undefined,
  context: RequiresContext,
): unknown {
  if (value === undefined) return missing;
  if (value === null) return isNonNullType(type) ? missing : null;
  const nullableType = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullableType)) {
    if (!Array.isArray(value)) return missing;
    const { ofType } = nullableType;
    const items = value.map((item) => selectValue(item, selections, ofType, context));
    return items.includes(missing) ? missing : items;
  }
  if (selections === undefined) return value;
  if (!isObject(value)) return missing;
  const declared = nullableType === undefined ? undefined : getNamedType(nullableType);
  const typename = value.__typename ?? declared?.name;
  const selected = createDataObject();
  return selectInto(selected, value, selections, typename, context) ? selected : missing;
}

function isNeeded({ neededWhen }: RequiresField, { variables }: RequiresContext): boolean {
  return neededWhen?.some((conditions) => meetsConditions(conditions, variables)) ?? true;
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

function fieldType(
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

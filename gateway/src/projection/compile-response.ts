import type {
  GraphQLCompositeType,
  GraphQLInterfaceType,
  GraphQLNullableType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLUnionType,
} from 'graphql';
import {
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { isObject } from '../query-plan/merge-data.ts';
import { isInheritedName, ownValue } from '../query-plan/own-value.ts';
import type { CollectedField, SelectionContext } from './collect-fields.ts';
import { collectFields, collectSubfields } from './collect-fields.ts';
import { runtimeType } from './runtime-type.ts';
import { unexpectedValue } from './unexpected-value.ts';
import { createLeafWriter } from './write-leaf.ts';
import type { ValueWriter, WrittenField } from './write-value.ts';
import { createListWriter, createObjectWriter } from './write-value.ts';

/**
 * Compiles what an operation selects, with the conditions decided, to a writer of its response:
 * what `project-data.ts` would complete, as JSON text, as long as no value is an error. Undefined for
 * an operation that asks for the schema itself.
 */
export function compileResponse(
  selectionSet: Parameters<typeof collectFields>[0][number],
  rootType: GraphQLObjectType,
  context: SelectionContext,
): ValueWriter | undefined {
  const { fields } = collectFields([selectionSet], rootType, context);
  const asksForSchema = fields.some(
    ({ fieldName }) => fieldName.startsWith('__') && fieldName !== '__typename',
  );
  return asksForSchema ? undefined : compileFields(fields, rootType, context);
}

function compileFields(
  fields: readonly CollectedField[],
  type: GraphQLCompositeType,
  context: SelectionContext,
): ValueWriter {
  return createObjectWriter(fields.flatMap((field) => compileField(field, type, context)));
}

function compileField(
  field: CollectedField,
  type: GraphQLCompositeType,
  context: SelectionContext,
): WrittenField[] {
  const { fieldName, responseName, dataKey } = field;
  const name = JSON.stringify(responseName);
  if (fieldName === '__typename') {
    return [{ name, key: '__typename', constant: `"${type.name}"`, isNullable: true }];
  }
  if (isUnionType(type)) return [];
  const definition = type.getFields()[fieldName];
  if (definition === undefined) return [];
  const { isNullable, nullableType } = splitNull(definition.type);
  const write = compileNullable(nullableType, field, context);
  return isInheritedName(dataKey)
    ? [{ name, key: dataKey, isNullable, write, read: (source) => ownValue(source, dataKey) }]
    : [{ name, key: dataKey, isNullable, write }];
}

function splitNull(type: GraphQLOutputType): {
  readonly isNullable: boolean;
  readonly nullableType: GraphQLNullableType & GraphQLOutputType;
} {
  return isNonNullType(type)
    ? { isNullable: false, nullableType: type.ofType }
    : { isNullable: true, nullableType: type };
}

function compileNullable(
  type: GraphQLNullableType & GraphQLOutputType,
  field: CollectedField,
  context: SelectionContext,
): ValueWriter {
  if (isListType(type)) {
    const { isNullable, nullableType } = splitNull(type.ofType);
    return createListWriter({
      isItemNullable: isNullable,
      isItemLeaf: isLeafType(nullableType),
      writeItem: compileNullable(nullableType, field, context),
    });
  }
  if (isLeafType(type)) return createLeafWriter(type);
  return isObjectType(type)
    ? compileObject(type, field, context)
    : compileAbstract(type, field, context);
}

/** Compiled when the first object comes: many a branch never gets one. */
function compileObject(
  type: GraphQLObjectType,
  field: CollectedField,
  context: SelectionContext,
): ValueWriter {
  let write: ValueWriter | undefined;
  return (value, writing) => {
    write ??= compileFields(collectSubfields(field, type, context).fields, type, context);
    return write(value, writing);
  };
}

function compileAbstract(
  declared: GraphQLInterfaceType | GraphQLUnionType,
  field: CollectedField,
  context: SelectionContext,
): ValueWriter {
  const writers = new Map<unknown, ValueWriter>();
  return (value, writing) => {
    if (!isObject(value)) throw unexpectedValue;
    let write = writers.get(value.__typename);
    if (write === undefined) {
      const type = runtimeType(context.schema, declared, value.__typename);
      if (type === undefined) throw unexpectedValue;
      const { fields, needsObjectType } = collectSubfields(field, type, context);
      if (needsObjectType && isAbstractType(type)) throw unexpectedValue;
      write = compileFields(fields, type, context);
      // Types of the schema and undefined: there is an end of them.
      writers.set(value.__typename, write);
    }
    return write(value, writing);
  };
}

import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLSchema,
  InlineFragmentNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import {
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: TypeNameMetaFieldDef.name },
};

interface Flattening {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * The same operation with every field directly in its object, or in one fragment for each object type
 * that has it. The planner cannot take some fragments in fragments that narrow a type until one of
 * them matches nothing; there are none of them here, at the price of a longer document.
 */
export function flattenFragments(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  return {
    ...document,
    definitions: document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const rootType = schema.getRootType(definition.operation);
      if (!rootType) return [definition];
      const { selectionSet } = definition;
      return [
        {
          ...definition,
          selectionSet: flattenObject(selectionSet, rootType, { schema, fragments }),
        },
      ];
    }),
  };
}

function flattenObject(
  selectionSet: SelectionSetNode,
  type: GraphQLCompositeType,
  flattening: Flattening,
): SelectionSetNode {
  const typeNames = objectTypeNames(type, flattening.schema);
  const selections = flatten(selectionSet, { type, all: typeNames, typeNames }, flattening);
  // Of an object of which nothing may be left the planner leaves out the object.
  const isNeverEmpty = selections.some(
    ({ kind, directives = [] }) => kind === Kind.FIELD && directives.length === 0,
  );
  return {
    ...selectionSet,
    selections: isNeverEmpty ? selections : [typenameField, ...selections],
  };
}

interface Narrowing {
  /** Of the field whose selections these are. */
  readonly type: GraphQLCompositeType;
  readonly all: ReadonlySet<string>;
  /** Those that all fragments so far let through. */
  readonly typeNames: ReadonlySet<string>;
}

function flatten(
  { selections }: SelectionSetNode,
  narrowing: Narrowing,
  flattening: Flattening,
): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return flattenField(selection, narrowing, flattening);
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : flattening.fragments.get(selection.name.value);
    if (fragment === undefined) return [];
    const condition = fragment.typeCondition?.name.value;
    const typeNames = narrow(narrowing, condition, flattening.schema);
    if (typeNames === undefined) return [];
    const inner = flatten(fragment.selectionSet, { ...narrowing, typeNames }, flattening);
    const directives = selection.directives ?? [];
    if (directives.length === 0 || inner.length === 0) return inner;
    return [inlineFragment(inner, { directives })];
  });
}

/** Undefined when no object can meet the condition. */
function narrow(
  { type, typeNames }: Narrowing,
  condition: string | undefined,
  schema: GraphQLSchema,
): ReadonlySet<string> | undefined {
  if (condition === undefined || condition === type.name) return typeNames;
  const wanted = schema.getType(condition);
  if (!isCompositeType(wanted)) return undefined;
  const narrowed = typeNames.intersection(objectTypeNames(wanted, schema));
  return narrowed.size === 0 ? undefined : narrowed;
}

function flattenField(
  field: FieldNode,
  { type, all, typeNames }: Narrowing,
  flattening: Flattening,
): SelectionNode[] {
  const isForAll = typeNames.size === all.size && hasField(type, field.name.value);
  if (isForAll) return [flattenSelections(field, type, flattening)];
  return [...typeNames].flatMap((typeName): SelectionNode[] => {
    const objectType = flattening.schema.getType(typeName);
    if (!isObjectType(objectType)) return [];
    const typeCondition = {
      kind: Kind.NAMED_TYPE,
      name: { kind: Kind.NAME, value: typeName },
    } as const;
    return [inlineFragment([flattenSelections(field, objectType, flattening)], { typeCondition })];
  });
}

function flattenSelections(
  field: FieldNode,
  parent: GraphQLCompositeType,
  flattening: Flattening,
): FieldNode {
  const { selectionSet } = field;
  const type = isUnionType(parent) ? undefined : parent.getFields()[field.name.value]?.type;
  const named = type === undefined ? undefined : getNamedType(type);
  return selectionSet === undefined || !isCompositeType(named)
    ? field
    : { ...field, selectionSet: flattenObject(selectionSet, named, flattening) };
}

function hasField(type: GraphQLCompositeType, fieldName: string): boolean {
  if (fieldName === '__typename') return true;
  if (isUnionType(type)) return false;
  return (
    fieldName === SchemaMetaFieldDef.name ||
    fieldName === TypeMetaFieldDef.name ||
    type.getFields()[fieldName] !== undefined
  );
}

function objectTypeNames(type: GraphQLCompositeType, schema: GraphQLSchema): ReadonlySet<string> {
  if (isObjectType(type)) return new Set([type.name]);
  return new Set(schema.getPossibleTypes(type).map(({ name }) => name));
}

function inlineFragment(
  selections: readonly SelectionNode[],
  head: Partial<InlineFragmentNode>,
): InlineFragmentNode {
  return {
    ...head,
    kind: Kind.INLINE_FRAGMENT,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

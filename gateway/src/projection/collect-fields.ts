import type {
  DirectiveNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLNamedType,
  GraphQLSchema,
  SelectionSetNode,
} from 'graphql';
import { isAbstractType, isUnionType, Kind } from 'graphql';
import { labelOfDeferred } from '../incremental-delivery/mark-deferred.ts';

/** What deciding on selections takes: the operation's fragments, its variables, the schema. */
export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly dataKeys: ReadonlyMap<FieldNode, string>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** All selections of one response name in one place (GraphQL specification, section 6.3.2). */
export interface CollectedField {
  readonly responseName: string;
  readonly fieldName: string;
  /** Where the fetched data hold it. */
  readonly dataKey: string;
  readonly nodes: FieldNode[];
  /** What is selected below it, by the name of the type found there. */
  readonly subfields: Map<string, CollectedFields>;
}

/** A fragment that is answered in a part of its own, when its data have come. */
export interface DeferredFragment {
  readonly label: string;
  readonly selectionSet: SelectionSetNode;
}

export interface CollectedFields {
  readonly fields: readonly CollectedField[];
  readonly deferred: readonly DeferredFragment[];
  /** True when an abstract type was given and more could be selected if the object type were known. */
  readonly needsObjectType: boolean;
}

interface Collection {
  readonly type: GraphQLCompositeType;
  readonly fields: Map<string, CollectedField>;
  readonly deferred: DeferredFragment[];
  readonly visitedFragments: Set<string>;
  hasUnmetCondition: boolean;
}

/** Collects the selected fields of an object in the order of the operation. */
export function collectFields(
  selectionSets: readonly SelectionSetNode[],
  type: GraphQLCompositeType,
  context: SelectionContext,
): CollectedFields {
  const collection = collectAll(selectionSets, type, context);
  const { deferred, hasUnmetCondition } = collection;
  const fields = [...collection.fields.values()];
  if (!isAbstractType(type)) return { fields, deferred, needsObjectType: false };
  const selectsTypename = fields.some(({ fieldName }) => fieldName === '__typename');
  const couldSelectMore = (): boolean =>
    context.schema
      .getPossibleTypes(type)
      .some((one) => countNodes(collectAll(selectionSets, one, context)) > countNodes(collection));
  return {
    fields,
    deferred,
    needsObjectType: selectsTypename || (hasUnmetCondition && couldSelectMore()),
  };
}

function collectAll(
  selectionSets: readonly SelectionSetNode[],
  type: GraphQLCompositeType,
  context: SelectionContext,
): Collection {
  const collection: Collection = {
    type,
    fields: new Map(),
    deferred: [],
    visitedFragments: new Set(),
    hasUnmetCondition: false,
  };
  for (const selectionSet of selectionSets) collect(collection, selectionSet, context);
  return collection;
}

function countNodes({ fields, deferred }: Collection): number {
  return fields.values().reduce((sum, { nodes }) => sum + nodes.length, deferred.length);
}

/** The same for what a field selects; each type is collected once. */
export function collectSubfields(
  field: CollectedField,
  type: GraphQLCompositeType,
  context: SelectionContext,
): CollectedFields {
  let subfields = field.subfields.get(type.name);
  if (subfields === undefined) {
    const selectionSets = field.nodes.flatMap((node) => node.selectionSet ?? []);
    subfields = collectFields(selectionSets, type, context);
    field.subfields.set(type.name, subfields);
  }
  return subfields;
}

function collect(
  collection: Collection,
  selectionSet: SelectionSetNode,
  context: SelectionContext,
): void {
  for (const selection of selectionSet.selections) {
    if (!isIncluded(selection.directives ?? [], context.variables)) continue;
    switch (selection.kind) {
      case Kind.FIELD:
        addField(collection, selection, context);
        break;
      case Kind.INLINE_FRAGMENT: {
        const condition = selection.typeCondition?.name.value;
        if (!meetsCondition(collection, condition, context.schema)) break;
        const { selectionSet: own } = selection;
        const label = labelOfDeferred(selection);
        if (label === undefined) collect(collection, own, context);
        else collection.deferred.push({ label, selectionSet: own });
        break;
      }
      case Kind.FRAGMENT_SPREAD: {
        const name = selection.name.value;
        const fragment = context.fragments.get(name);
        if (fragment === undefined || collection.visitedFragments.has(name)) break;
        collection.visitedFragments.add(name);
        const condition = fragment.typeCondition.name.value;
        if (!meetsCondition(collection, condition, context.schema)) break;
        collect(collection, fragment.selectionSet, context);
        break;
      }
    }
  }
}

function addField(collection: Collection, node: FieldNode, context: SelectionContext): void {
  const responseName = node.alias?.value ?? node.name.value;
  const fieldName = node.name.value;
  if (!mayHaveField(collection.type, fieldName)) {
    collection.hasUnmetCondition = true;
    return;
  }
  const known = collection.fields.get(responseName);
  if (known !== undefined) {
    known.nodes.push(node);
    return;
  }
  collection.fields.set(responseName, {
    responseName,
    fieldName,
    dataKey: context.dataKeys.get(node) ?? responseName,
    nodes: [node],
    subfields: new Map(),
  });
}

/** A fragment that all object types of an abstract type meet may ask for what only they have. */
function mayHaveField(type: GraphQLCompositeType, fieldName: string): boolean {
  if (!isAbstractType(type) || fieldName.startsWith('__')) return true;
  return !isUnionType(type) && type.getFields()[fieldName] !== undefined;
}

function meetsCondition(
  collection: Collection,
  condition: string | undefined,
  schema: GraphQLSchema,
): boolean {
  const { type } = collection;
  if (condition === undefined || condition === type.name) return true;
  const isMet = isAlways(type, schema.getType(condition), schema);
  if (!isMet) collection.hasUnmetCondition = true;
  return isMet;
}

/** True when every object of the type, whichever object type it has, is of the wanted type. */
function isAlways(
  type: GraphQLCompositeType,
  wanted: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
): boolean {
  if (type === wanted) return true;
  if (!isUnionType(type) && isAbstractType(wanted) && schema.isSubType(wanted, type)) return true;
  if (!isAbstractType(type)) return false;
  const possible = schema.getPossibleTypes(type);
  return possible.length > 0 && possible.every((one) => isAlways(one, wanted, schema));
}

function isIncluded(
  directives: readonly DirectiveNode[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  for (const directive of directives) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (isTrue === (name === 'skip')) return false;
  }
  return true;
}

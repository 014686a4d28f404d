import type { FieldNode, GraphQLNamedType, GraphQLObjectType, SelectionSetNode } from 'graphql';
import {
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { ownValue } from '../query-plan/own-value.ts';
import type { CostlyOperation, Weights } from './weighed-fields.ts';
import { operationWeight, WeighedFields } from './weighed-fields.ts';

/** What was fetched for an operation. */
export interface FetchedData {
  readonly data: Readonly<Record<string, unknown>>;
  /** Where data hold a field under another name than the client will see. */
  readonly dataKeys: ReadonlyMap<FieldNode, string>;
}

/**
 * What an operation did cost: as it is estimated, but by the objects and the lengths of the lists that
 * were fetched. A field that is null costs its arguments alone.
 */
export function countCost(
  operation: CostlyOperation,
  weights: Weights,
  { data, dataKeys }: FetchedData,
): number {
  const root = weights.schema.getRootType(operation.operation.operation);
  if (!root) return 0;
  const count = new Count(operation, weights, dataKeys);
  return (
    operationWeight(operation) + count.ofObject(data, [operation.operation.selectionSet], root)
  );
}

/** A field as it is in every object of its type. */
interface CountedField {
  readonly key: string;
  readonly ofArguments: number;
  readonly each: number;
  readonly type: GraphQLNamedType;
  readonly children: readonly SelectionSetNode[];
}

class Count {
  readonly #operation: CostlyOperation;
  readonly #weights: Weights;
  readonly #dataKeys: ReadonlyMap<FieldNode, string>;
  readonly #fields: WeighedFields;
  /** By type, for selections that come again in every item of a list. */
  readonly #known = new Map<SelectionSetNode, Map<string, readonly CountedField[]>>();

  constructor(
    operation: CostlyOperation,
    weights: Weights,
    dataKeys: ReadonlyMap<FieldNode, string>,
  ) {
    this.#operation = operation;
    this.#weights = weights;
    this.#dataKeys = dataKeys;
    this.#fields = new WeighedFields(operation, weights);
  }

  ofObject(
    object: object,
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
  ): number {
    let cost = 0;
    for (const field of this.#fieldsOf(selectionSets, type)) {
      const value = ownValue(object as Readonly<Record<string, unknown>>, field.key);
      cost += field.ofArguments + this.#ofValue(value, field);
    }
    return cost;
  }

  #ofValue(value: unknown, field: CountedField): number {
    if (value === null || value === undefined) return 0;
    if (Array.isArray(value)) {
      return value.reduce((sum: number, item) => sum + this.#ofValue(item, field), 0);
    }
    if (!isCompositeType(field.type) || typeof value !== 'object') return field.each;
    const type = isAbstractType(field.type) ? this.#typeOf(value) : field.type;
    if (type === undefined) return field.each;
    return field.each + this.ofObject(value, field.children, type);
  }

  #typeOf(value: object): GraphQLObjectType | undefined {
    const name = ownValue(value as Readonly<Record<string, unknown>>, '__typename');
    const type = typeof name === 'string' ? this.#weights.schema.getType(name) : undefined;
    return isObjectType(type) ? type : undefined;
  }

  #fieldsOf(
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
  ): readonly CountedField[] {
    const [only, ...others] = selectionSets;
    if (only === undefined || others.length > 0) return this.#read(selectionSets, type);
    const byType = this.#known.get(only) ?? new Map<string, readonly CountedField[]>();
    this.#known.set(only, byType);
    const fields = byType.get(type.name) ?? this.#read(selectionSets, type);
    byType.set(type.name, fields);
    return fields;
  }

  #read(
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
  ): readonly CountedField[] {
    return this.#fields.of(selectionSets, type).flatMap((nodes) => {
      const [node] = nodes;
      const field = type.getFields()[node.name.value];
      if (field === undefined) return []; // introspection
      const coordinate = `${type.name}.${node.name.value}`;
      const given = getArgumentValues(field, node, this.#operation.variables);
      const named = getNamedType(field.type);
      return {
        key: this.#dataKeys.get(node) ?? node.alias?.value ?? node.name.value,
        ofArguments: this.#fields.argumentCost(coordinate, field, given),
        each: this.#fields.weightOf(coordinate, named),
        type: named,
        children: nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      };
    });
  }
}

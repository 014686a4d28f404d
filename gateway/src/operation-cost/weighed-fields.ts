import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
} from 'graphql';
import type { CostRules } from './cost-rules.ts';

/** An operation whose cost is asked for. */
export interface CostlyOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the schema says of the cost of fields. */
export interface Weights {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
}

/** The selections of one field of an object; merged they are one. */
export type FieldNodes = readonly [FieldNode, ...FieldNode[]];

/** What a mutation costs at least, as in Apollo's demand control: it writes. */
const mutationWeight = 10;

/** The cost of an operation before that of its fields. */
export function operationWeight({ operation }: CostlyOperation): number {
  return operation.operation === 'mutation' ? mutationWeight : 0;
}

/** What an operation selects of objects, and what each field weighs by itself. */
export class WeighedFields {
  readonly #operation: CostlyOperation;
  readonly #settings: Weights;

  constructor(operation: CostlyOperation, settings: Weights) {
    this.#operation = operation;
    this.#settings = settings;
  }

  /** The fields that are selected of an object of this type, `@skip` and `@include` obeyed. */
  of(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType): readonly FieldNodes[] {
    const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
    for (const set of selectionSets) this.#collect(set, type, fields, new Set());
    return [...fields.values()];
  }

  /** Of a field, or by the type of what it holds: an object 1, a leaf 0. */
  weightOf(coordinate: string, type: GraphQLNamedType): number {
    const { weights } = this.#settings.rules;
    return weights.get(coordinate) ?? weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
  }

  /** Of the arguments that are given to a field. */
  argumentCost(
    coordinate: string,
    field: GraphQLField<unknown, unknown>,
    given: Readonly<Record<string, unknown>>,
  ): number {
    const { weights } = this.#settings.rules;
    let cost = 0;
    for (const { name, type } of field.args) {
      if (given[name] === undefined || given[name] === null) continue;
      cost += weights.get(`${coordinate}(${name}:)`) ?? 0;
      cost += this.#inputCost(given[name], type);
    }
    return cost;
  }

  #inputCost(value: unknown, type: GraphQLInputType): number {
    const { weights } = this.#settings.rules;
    if (weights.size === 0 || value === null || value === undefined) return 0;
    if (isNonNullType(type)) return this.#inputCost(value, type.ofType);
    if (isListType(type)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.reduce((sum: number, item) => sum + this.#inputCost(item, type.ofType), 0);
    }
    if (!isInputObjectType(type)) return 0;
    let cost = weights.get(type.name) ?? 0;
    for (const { name, type: inner } of Object.values(type.getFields())) {
      const item = (value as Readonly<Record<string, unknown>>)[name];
      if (item === undefined) continue;
      cost += (weights.get(`${type.name}.${name}`) ?? 0) + this.#inputCost(item, inner);
    }
    return cost;
  }

  #collect(
    { selections }: SelectionSetNode,
    type: GraphQLObjectType,
    fields: Map<string, [FieldNode, ...FieldNode[]]>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const known = fields.get(key);
        if (known === undefined) fields.set(key, [selection]);
        else known.push(selection);
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && spread.has(selection.name.value)) continue;
      if (isSpread) spread.add(selection.name.value);
      const fragment = isSpread ? this.#operation.fragments.get(selection.name.value) : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      if (this.#meets(type, condition)) this.#collect(fragment.selectionSet, type, fields, spread);
    }
  }

  #isIncluded(node: Parameters<typeof getDirectiveValues>[1]): boolean {
    if (node.directives === undefined || node.directives.length === 0) return true;
    const { variables } = this.#operation;
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
  }

  #meets(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.#settings.schema.getType(condition);
    return isAbstractType(wanted) && this.#settings.schema.isSubType(wanted, type);
  }
}

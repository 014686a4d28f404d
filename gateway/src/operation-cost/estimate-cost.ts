import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
} from 'graphql';
import type { CostRules, ListSize } from './cost-rules.ts';

/** An operation whose cost is asked for. */
export interface CostlyOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface CostSettings {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  /** Length of a list of which nobody says how long it is. */
  readonly assumedListSize: number;
}

export interface EstimatedCost {
  readonly cost: number;
  /** Fields, as `Type.field`, for which exactly one slicing argument must be given and is not. */
  readonly unsliced: readonly string[];
  /** Fields that are selected, as `Type.field`. */
  readonly selects: ReadonlySet<string>;
}

/** What a mutation costs at least, as in Apollo's demand control: it writes. */
const mutationWeight = 10;

/**
 * What answering an operation may cost at most (IBM, GraphQL Cost Directives Specification): each
 * object 1, each leaf 0, times the lengths of lists, unless `@cost` and `@listSize` say otherwise;
 * of an abstract type its costliest object type counts.
 */
export function estimateCost(operation: CostlyOperation, settings: CostSettings): EstimatedCost {
  const { schema } = settings;
  const root = schema.getRootType(operation.operation.operation);
  const estimate = new Estimate(operation, settings);
  const own = operation.operation.operation === 'mutation' ? mutationWeight : 0;
  const selected =
    root === null || root === undefined
      ? 0
      : estimate.objectCost([operation.operation.selectionSet], root, undefined);
  return {
    cost: own + selected,
    unsliced: [...estimate.unsliced],
    selects: estimate.selects,
  };
}

class Estimate {
  readonly unsliced = new Set<string>();
  readonly selects = new Set<string>();
  readonly #operation: CostlyOperation;
  readonly #settings: CostSettings;
  /** The same selections of the same type come again below each type of an abstract one. */
  readonly #known = new Map<string, number>();
  readonly #ids = new Map<SelectionSetNode, number>();

  constructor(operation: CostlyOperation, settings: CostSettings) {
    this.#operation = operation;
    this.#settings = settings;
  }

  /** Of what is selected of one object. `sized`: lengths that the field above gives its children. */
  objectCost(
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
    sized: ReadonlyMap<string, number> | undefined,
  ): number {
    const fields = new Map<string, FieldNode[]>();
    for (const set of selectionSets) this.#collect(set, type, fields, new Set());
    let cost = 0;
    for (const [first, ...others] of fields.values()) {
      if (first !== undefined) cost += this.#fieldCost([first, ...others], type, sized);
    }
    return cost;
  }

  #fieldCost(
    nodes: readonly [FieldNode, ...FieldNode[]],
    parent: GraphQLObjectType,
    sized: ReadonlyMap<string, number> | undefined,
  ): number {
    const [{ name }] = nodes;
    const field = parent.getFields()[name.value];
    if (field === undefined) return 0; // introspection
    const coordinate = `${parent.name}.${name.value}`;
    this.selects.add(coordinate);
    const given = getArgumentValues(field, nodes[0], this.#operation.variables);
    const listSize = this.#settings.rules.listSizes.get(coordinate);
    const size = listSize === undefined ? undefined : this.#sizeOf(listSize, given, coordinate);
    const own = listSize === undefined || listSize.sizedFields.length === 0 ? size : undefined;
    const count = isList(field.type)
      ? (own ?? sized?.get(name.value) ?? this.#settings.assumedListSize)
      : 1;
    const below =
      listSize === undefined || size === undefined
        ? undefined
        : new Map(listSize.sizedFields.map((child) => [child, size]));
    const named = getNamedType(field.type);
    const children = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const each = this.#weightOf(coordinate, named) + this.#childCost(children, named, below);
    return this.#argumentCost(coordinate, field, given) + Math.max(0, count) * each;
  }

  #childCost(
    children: readonly SelectionSetNode[],
    type: GraphQLNamedType,
    sized: ReadonlyMap<string, number> | undefined,
  ): number {
    if (children.length === 0 || !isCompositeType(type)) return 0;
    const key = `${type.name} ${children.map((one) => this.#idOf(one)).join()} ${sizesText(sized)}`;
    let cost = this.#known.get(key);
    if (cost === undefined) {
      const possible = isAbstractType(type) ? this.#settings.schema.getPossibleTypes(type) : [type];
      cost = Math.max(0, ...possible.map((one) => this.objectCost(children, one, sized)));
      this.#known.set(key, cost);
    }
    return cost;
  }

  #idOf(node: SelectionSetNode): number {
    const id = this.#ids.get(node) ?? this.#ids.size;
    this.#ids.set(node, id);
    return id;
  }

  #weightOf(coordinate: string, type: GraphQLNamedType): number {
    const { weights } = this.#settings.rules;
    return weights.get(coordinate) ?? weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
  }

  #argumentCost(
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

  #sizeOf(
    { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
    given: Readonly<Record<string, unknown>>,
    coordinate: string,
  ): number | undefined {
    const sizes = slicingArguments.flatMap((path) => {
      const value = valueAt(given, path.split('.'));
      return typeof value === 'number' ? [value] : [];
    });
    if (slicingArguments.length > 0 && requireOneSlicingArgument && sizes.length !== 1) {
      this.unsliced.add(coordinate);
    }
    return sizes.length === 0 ? assumedSize : Math.max(...sizes);
  }

  #collect(
    { selections }: SelectionSetNode,
    type: GraphQLObjectType,
    fields: Map<string, FieldNode[]>,
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

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function sizesText(sized: ReadonlyMap<string, number> | undefined): string {
  return sized === undefined ? '' : JSON.stringify([...sized]);
}

function valueAt(given: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = given;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

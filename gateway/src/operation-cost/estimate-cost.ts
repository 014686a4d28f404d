import type {
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLOutputType,
  SelectionSetNode,
} from 'graphql';
import {
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { ListSize } from './cost-rules.ts';
import type { CostlyOperation, FieldNodes, Weights } from './weighed-fields.ts';
import { operationWeight, WeighedFields } from './weighed-fields.ts';

export interface CostSettings extends Weights {
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

/**
 * What answering an operation may cost at most (IBM, GraphQL Cost Directives Specification): each
 * object 1, each leaf 0, times the lengths of lists, unless `@cost` and `@listSize` say otherwise;
 * of an abstract type its costliest object type counts.
 */
export function estimateCost(operation: CostlyOperation, settings: CostSettings): EstimatedCost {
  const { schema } = settings;
  const root = schema.getRootType(operation.operation.operation);
  const estimate = new Estimate(operation, settings);
  const own = operationWeight(operation);
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
  readonly #fields: WeighedFields;
  /** The same selections of the same type come again below each type of an abstract one. */
  readonly #known = new Map<string, number>();
  readonly #ids = new Map<SelectionSetNode, number>();

  constructor(operation: CostlyOperation, settings: CostSettings) {
    this.#operation = operation;
    this.#settings = settings;
    this.#fields = new WeighedFields(operation, settings);
  }

  /** Of what is selected of one object. `sized`: lengths that the field above gives its children. */
  objectCost(
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
    sized: ReadonlyMap<string, number> | undefined,
  ): number {
    let cost = 0;
    for (const nodes of this.#fields.of(selectionSets, type)) {
      cost += this.#fieldCost(nodes, type, sized);
    }
    return cost;
  }

  #fieldCost(
    nodes: FieldNodes,
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
    const each = this.#fields.weightOf(coordinate, named) + this.#childCost(children, named, below);
    return this.#fields.argumentCost(coordinate, field, given) + Math.max(0, count) * each;
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

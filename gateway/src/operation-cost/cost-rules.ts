import type { CoreFeatures } from '@apollo/federation-internals';
import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { Kind, valueFromASTUntyped } from 'graphql';

/** How long a list is taken to be (`@listSize`). */
export interface ListSize {
  readonly assumedSize?: number;
  /** Arguments that say how much is asked for. */
  readonly slicingArguments: readonly string[];
  /** Fields of the result whose lists the size is about, such as `nodes`; none: its own list. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What the schema says of cost (IBM's cost directives; Apollo's specification `cost`). */
export interface CostRules {
  /** `@cost` by schema coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Input.field`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By coordinate of the field. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Reads `@cost` and `@listSize` from the supergraph, whatever names they were imported by. */
export function readCostRules(supergraph: DocumentNode, features: CoreFeatures): CostRules {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const feature = features.getByIdentity('https://specs.apollo.dev/cost');
  if (feature === undefined) return { weights, listSizes };
  const costName = feature.directiveNameInSchema('cost');
  const listSizeName = feature.directiveNameInSchema('listSize');
  const readWeight = (coordinate: string, node: Directed): void => {
    const { weight } = argumentsOf(node, costName) ?? {};
    if (typeof weight === 'number') weights.set(coordinate, weight);
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || definition.name === undefined) continue;
    const typeName = definition.name.value;
    if ('directives' in definition) readWeight(typeName, definition as Directed);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${typeName}.${field.name.value}`;
      readWeight(coordinate, field);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of field.arguments ?? []) {
        readWeight(`${coordinate}(${argument.name.value}:)`, argument);
      }
      const size = argumentsOf(field, listSizeName);
      if (size !== undefined) listSizes.set(coordinate, toListSize(size));
    }
  }
  return { weights, listSizes };
}

function toListSize(given: Readonly<Record<string, unknown>>): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given;
  return {
    ...(typeof assumedSize === 'number' ? { assumedSize } : {}),
    slicingArguments: listOf(slicingArguments),
    sizedFields: listOf(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

function argumentsOf(
  { directives = [] }: Directed,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const directive = directives.find((one) => one.name.value === name);
  if (directive === undefined) return undefined;
  return Object.fromEntries(
    (directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
  );
}

/** A list of one item may be written without its brackets (GraphQL specification, section 3.11). */
function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

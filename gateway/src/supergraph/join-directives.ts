import type {
  ConstDirectiveNode,
  ConstValueNode,
  DefinitionNode,
  DocumentNode,
  InterfaceTypeDefinitionNode,
  ObjectTypeDefinitionNode,
  OperationTypeNode,
  SelectionNode,
  TypeNode,
} from 'graphql';
import { Kind, parse, specifiedScalarTypes } from 'graphql';

export type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

interface WithDirectives {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

export function isFieldsType(definition: DefinitionNode): definition is FieldsType {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}

/** True for the name of a scalar or an enum. */
export function isLeafType(typeName: string, { definitions }: DocumentNode): boolean {
  return (
    specifiedScalarTypes.some(({ name }) => name === typeName) ||
    definitions.some(
      (definition) =>
        (definition.kind === Kind.ENUM_TYPE_DEFINITION ||
          definition.kind === Kind.SCALAR_TYPE_DEFINITION) &&
        definition.name.value === typeName,
    )
  );
}

/** Name of a root type; undefined when there is no such operation. */
export function rootTypeName(
  { definitions }: DocumentNode,
  operation: `${OperationTypeNode}`,
): string | undefined {
  const types = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION ? definition.operationTypes : [],
  );
  return types.find((type) => type.operation === operation)?.type.name.value;
}

/** The directives of the name, those about one subgraph if one is given. */
export function joinsOf(
  { directives = [] }: WithDirectives,
  name: string,
  graph?: string,
): readonly ConstDirectiveNode[] {
  return directives.filter(
    (directive) =>
      directive.name.value === name && (graph === undefined || graphOf(directive) === graph),
  );
}

/** The value of `join__Graph` that a join directive is about. */
export function graphOf(directive: ConstDirectiveNode): string | undefined {
  const graph = argumentOf(directive, 'graph');
  return graph?.kind === Kind.ENUM ? graph.value : undefined;
}

/** A text that a directive is given. */
export function textOf(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = argumentOf(directive, argument);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The argument of a directive, as it is written. */
export function argumentOf(
  directive: ConstDirectiveNode,
  name: string,
): ConstValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

/** The selections of a field set such as `id owner { name }`. */
export function parseFieldSet(fieldSet: string): readonly SelectionNode[] {
  const [operation] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
}

/** Subgraph names by their value of the enum `join__Graph`. */
export function readSubgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    if (definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const graph = value.directives?.find(({ name }) => name.value === 'join__graph');
      const name = graph === undefined ? undefined : argumentOf(graph, 'name');
      if (name?.kind === Kind.STRING) names.set(value.name.value, name.value);
    }
  }
  return names;
}

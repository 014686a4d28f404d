import type {
  ConstArgumentNode,
  ConstDirectiveNode,
  ConstValueNode,
  DefinitionNode,
  DocumentNode,
  EnumTypeDefinitionNode,
  FieldDefinitionNode,
} from 'graphql';
import { Kind } from 'graphql';
import type { RequiringField } from './chained-requirements.ts';
import { findChainedRequirements, SupergraphTypes } from './chained-requirements.ts';
import type { FieldsType } from './join-directives.ts';
import { argumentOf, graphOf, joinsOf, readSubgraphNames, textOf } from './join-directives.ts';
import { SubgraphPart } from './subgraph-part.ts';

export interface IsolatedRequirements {
  readonly supergraph: DocumentNode;
  /** The subgraphs behind those that only the planner knows, by name. */
  readonly realNames: ReadonlyMap<string, string>;
}

/** A part of a subgraph that the planner takes for a subgraph. */
interface Isolation {
  readonly field: RequiringField;
  readonly part: SubgraphPart;
  /** Value of `join__Graph`, and the name that goes with it. */
  readonly graph: string;
  readonly name: string;
}

/**
 * Gives a field that requires a field that itself requires others a subgraph of its own, and the
 * required one too; undefined where there is no such field. The planner puts the fetch for a
 * requirement into another one to the same subgraph without looking whether that one has what the
 * requirement requires in turn; between subgraphs of one field each there is nothing to put together.
 * Plans of such a supergraph make more calls than they must, so it is for operations that the planner
 * got wrong (`hasUnmetRequirements`).
 */
export function isolateChainedRequirements(
  supergraph: DocumentNode,
): IsolatedRequirements | undefined {
  const types = new SupergraphTypes(supergraph);
  const chained = findChainedRequirements(types);
  if (chained.length === 0) return undefined;
  const subgraphs = readSubgraphNames(supergraph);
  const realNames = new Map<string, string>();
  let document = supergraph;
  for (const [index, field] of chained.entries()) {
    const part = new SubgraphPart(types, field);
    const realName = subgraphs.get(field.graph);
    if (!part.isPossible() || realName === undefined) continue;
    const name = `${realName}.${field.typeName}.${field.fieldName}`;
    realNames.set(name, realName);
    document = isolate(document, { field, part, name, graph: `${field.graph}__${index}` });
  }
  return { supergraph: document, realNames };
}

function isolate(document: DocumentNode, isolation: Isolation): DocumentNode {
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (!('name' in definition) || definition.name === undefined) return definition;
    if (definition.name.value === 'join__Graph') return addGraph(definition, isolation);
    return isolation.part.typeNames.has(definition.name.value)
      ? addPart(definition, isolation)
      : definition;
  });
  return { ...document, definitions };
}

function addGraph(definition: DefinitionNode, { field, graph, name }: Isolation): DefinitionNode {
  if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) return definition;
  const values = definition.values ?? [];
  const added = values
    .filter((value) => value.name.value === field.graph)
    .map((value) => ({
      ...value,
      name: { ...value.name, value: graph },
      directives: joinsOf(value, 'join__graph').map((join) =>
        withArgument(join, 'name', { kind: Kind.STRING, value: name }),
      ),
    }));
  return { ...definition, values: [...values, ...added] };
}

function addPart(definition: DefinitionNode, isolation: Isolation): DefinitionNode {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return {
        ...definition,
        directives: joinType(definition, isolation),
        fields: (definition.fields ?? []).map((field) => joinField(definition, field, isolation)),
      };
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return {
        ...definition,
        directives: copyJoins(definition, isolation),
        fields: (definition.fields ?? []).map((field) => ({
          ...field,
          directives: copyJoins(field, isolation),
        })),
      };
    case Kind.ENUM_TYPE_DEFINITION:
      return addToEnum(definition, isolation);
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
      return { ...definition, directives: copyJoins(definition, isolation) };
    default:
      return definition;
  }
}

function addToEnum(definition: EnumTypeDefinitionNode, isolation: Isolation): DefinitionNode {
  const values = (definition.values ?? []).map((value) => ({
    ...value,
    directives: copyJoins(value, isolation),
  }));
  return { ...definition, directives: copyJoins(definition, isolation), values };
}

/** The part is entered by one key of the field's type; of other entities it only has references. */
function joinType(type: FieldsType, isolation: Isolation): readonly ConstDirectiveNode[] {
  const { field, graph, part } = isolation;
  const keys = joinsOf(type, 'join__type', field.graph);
  const [first] = keys;
  const others = (type.directives ?? []).filter((directive) => !keys.includes(directive));
  const interfaces = joinsOf(type, 'join__implements', field.graph).filter((join) =>
    part.typeNames.has(textOf(join, 'interface') ?? ''),
  );
  const isEntered = type.name.value === field.typeName;
  const added = keys
    .filter((key) => !isEntered || key === first)
    .map((key) => {
      const own = inGraph(key, graph);
      return isEntered || argumentOf(key, 'key') === undefined
        ? own
        : withArgument(own, 'resolvable', { kind: Kind.BOOLEAN, value: false });
    });
  return [...others, ...interfaces.map((join) => inGraph(join, graph)), ...keys, ...added];
}

function joinField(
  type: FieldsType,
  field: FieldDefinitionNode,
  { field: isolated, part, graph }: Isolation,
): FieldDefinitionNode {
  const own = joinsOf(field, 'join__field', isolated.graph);
  const directives = field.directives ?? [];
  const isIsolated =
    type.name.value === isolated.typeName && field.name.value === isolated.fieldName;
  if (isIsolated) {
    const others = directives.filter((directive) => !own.includes(directive));
    // The subgraph still knows the field, which others of its fields may require.
    const moved = own.flatMap((join) => [asExternal(join), inGraph(join, graph)]);
    return { ...field, directives: [...others, ...moved] };
  }
  if (joinsOf(field, 'join__field').length === 0) {
    // It is in all subgraphs of its type, so the others must be named to leave the part out.
    return part.has(type, field)
      ? field
      : { ...field, directives: [...directives, ...joinAll(type)] };
  }
  if (!part.has(type, field)) return field;
  const copies = own.map((join) => {
    const isPlain = argumentOf(join, 'requires') === undefined;
    return inGraph(
      isPlain ? onlyArguments(join, ['graph', 'type', 'external']) : asExternal(join),
      graph,
    );
  });
  return { ...field, directives: [...directives, ...copies] };
}

function asExternal(join: ConstDirectiveNode): ConstDirectiveNode {
  const external = { kind: Kind.BOOLEAN, value: true } as const;
  return withArgument(onlyArguments(join, ['graph', 'type']), 'external', external);
}

function inGraph(join: ConstDirectiveNode, graph: string): ConstDirectiveNode {
  return withArgument(join, 'graph', { kind: Kind.ENUM, value: graph });
}

function onlyArguments(join: ConstDirectiveNode, names: readonly string[]): ConstDirectiveNode {
  const kept = (join.arguments ?? []).filter(({ name }) => names.includes(name.value));
  return { ...join, arguments: kept };
}

function joinAll(type: FieldsType): readonly ConstDirectiveNode[] {
  const graphs = new Set(joinsOf(type, 'join__type').flatMap((join) => graphOf(join) ?? []));
  return [...graphs].map((graph) => ({
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: [argument('graph', { kind: Kind.ENUM, value: graph })],
  }));
}

/** Says of the part what is said of its subgraph. */
function copyJoins(
  { directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  { field, graph }: Isolation,
): readonly ConstDirectiveNode[] {
  return directives.flatMap((directive) =>
    graphOf(directive) === field.graph ? [directive, inGraph(directive, graph)] : [directive],
  );
}

function withArgument(
  directive: ConstDirectiveNode,
  name: string,
  value: ConstValueNode,
): ConstDirectiveNode {
  const others = (directive.arguments ?? []).filter((given) => given.name.value !== name);
  return { ...directive, arguments: [...others, argument(name, value)] };
}

function argument(name: string, value: ConstValueNode): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value };
}

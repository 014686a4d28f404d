import type { SelectionNode, TypeNode } from 'graphql';
import { Kind } from 'graphql';
import { argumentOf, parseFieldSet } from '../supergraph/join-directives.ts';
import type { JoinGraph } from './join-graph.ts';

/**
 * Gives the graph what the payload of an event carries of the field's type. Throws Error that says
 * what cannot be carried, to be read after "but".
 */
export function carryResult(graph: JoinGraph, type: TypeNode): void {
  const whole = new Set<string>();
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  if (named.kind !== Kind.NAMED_TYPE) throw new Error('its type is a list');
  carryType({ graph, whole }, named.name.value);
}

interface Carrying {
  readonly graph: JoinGraph;
  /** Value types of which all is carried. */
  readonly whole: Set<string>;
}

function carryType(carrying: Carrying, typeName: string): void {
  const { graph, whole } = carrying;
  const definition = graph.definitionOf(typeName);
  switch (definition?.kind) {
    case undefined: // a scalar of the specification
      return;
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
      graph.addType(typeName);
      return;
    case Kind.OBJECT_TYPE_DEFINITION:
      break;
    default:
      throw new Error(`${typeName} is no object type: a payload does not say which one it is`);
  }
  const key = resolvableKeyOf(graph, typeName);
  if (key !== undefined) {
    graph.addType(typeName, key);
    carrySelections(carrying, typeName, parseFieldSet(key));
    return;
  }
  if (whole.has(typeName)) return;
  whole.add(typeName);
  graph.addType(typeName);
  for (const { name, arguments: given = [], type } of definition.fields ?? []) {
    const coordinate = `${typeName}.${name.value}`;
    if (given.length > 0) throw new Error(`${coordinate} takes arguments: no payload has them all`);
    graph.addField(typeName, name.value);
    carryType(carrying, namedTypeOf(type));
  }
}

function carrySelections(
  carrying: Carrying,
  typeName: string,
  selections: readonly SelectionNode[],
): void {
  const { graph } = carrying;
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      throw new Error(`the key of ${typeName} has a fragment: a payload does not say which it is`);
    }
    const name = selection.name.value;
    graph.addField(typeName, name);
    const nested = namedTypeOf(graph.fieldOf(typeName, name).type);
    if (selection.selectionSet === undefined) {
      carryType(carrying, nested);
      continue;
    }
    graph.addType(nested);
    carrySelections(carrying, nested, selection.selectionSet.selections);
  }
}

/** By this key the owner knows what the event is about. */
function resolvableKeyOf(graph: JoinGraph, typeName: string): string | undefined {
  for (const join of graph.joinsOf(typeName)) {
    const key = argumentOf(join, 'key');
    const resolvable = argumentOf(join, 'resolvable');
    const isResolvable = resolvable?.kind !== Kind.BOOLEAN || resolvable.value;
    if (key?.kind === Kind.STRING && isResolvable) return key.value;
  }
  return undefined;
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}

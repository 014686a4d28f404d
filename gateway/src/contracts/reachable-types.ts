import type { GraphQLField, GraphQLNamedType, GraphQLSchema } from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  OperationTypeNode,
} from 'graphql';
import type { HiddenElements } from './hidden-elements.ts';

/**
 * The types that clients can meet: from the root types, from the arguments of directives and from
 * `kept`, by what is not hidden. An interface that a field returns leads to all types that implement
 * it; one that is only implemented leads to none.
 */
export function reachableTypes(
  schema: GraphQLSchema,
  hidden: HiddenElements,
  kept: readonly GraphQLNamedType[],
): ReadonlySet<GraphQLNamedType> {
  const reached = new Set<GraphQLNamedType>();
  const returned = new Set<GraphQLNamedType>();
  const waiting: GraphQLNamedType[] = [];
  const reach = (type: GraphQLNamedType): void => {
    if (hidden.has(type.name) || reached.has(type)) return;
    reached.add(type);
    waiting.push(type);
  };
  /** A place where values of the type stand. */
  const meet = (type: GraphQLNamedType): void => {
    reach(type);
    if (!isInterfaceType(type) || hidden.has(type.name) || returned.has(type)) return;
    returned.add(type);
    const { objects, interfaces } = schema.getImplementations(type);
    for (const implementation of [...objects, ...interfaces]) reach(implementation);
  };
  for (const operation of Object.values(OperationTypeNode)) {
    const root = schema.getRootType(operation);
    if (root) meet(root);
  }
  for (const { args } of schema.getDirectives()) {
    for (const { type } of args) meet(getNamedType(type));
  }
  for (const type of kept) meet(type);
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    for (const next of typesWithin(type, hidden)) meet(next);
    if (isObjectType(type) || isInterfaceType(type)) type.getInterfaces().forEach(reach);
  }
  return reached;
}

/** Types of what is not hidden in a type. */
function typesWithin(type: GraphQLNamedType, hidden: HiddenElements): readonly GraphQLNamedType[] {
  const { name } = type;
  if (isScalarType(type) || isEnumType(type)) return [];
  if (isUnionType(type)) return type.getTypes();
  if (isInputObjectType(type)) {
    return Object.values(type.getFields())
      .filter((field) => !hidden.has(`${name}.${field.name}`))
      .map((field) => getNamedType(field.type));
  }
  return Object.values<GraphQLField<unknown, unknown>>(type.getFields())
    .filter((field) => !hidden.has(`${name}.${field.name}`))
    .flatMap((field) => [
      getNamedType(field.type),
      ...field.args
        .filter((argument) => !hidden.has(`${name}.${field.name}(${argument.name}:)`))
        .map((argument) => getNamedType(argument.type)),
    ]);
}

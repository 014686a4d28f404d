import type {
  ConstValueNode,
  GraphQLArgument,
  GraphQLField,
  GraphQLInputField,
  GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
} from 'graphql';
import type { HiddenElements } from './hidden-elements.ts';

/**
 * Why what is left of a schema is no schema that clients can use, one sentence each; empty when it is.
 */
export function contractProblems(schema: GraphQLSchema, hidden: HiddenElements): string[] {
  const query = schema.getQueryType();
  if (!query || hidden.has(query.name)) return ['no field of Query is left'];
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !hidden.has(name) && !name.startsWith('__'))
    .flatMap((type) => problemsOf(type, hidden));
}

function problemsOf(type: GraphQLNamedType, hidden: HiddenElements): readonly string[] {
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).flatMap((field) =>
      inputProblems(field, `${type.name}.${field.name}`, isRequiredInputField(field), hidden),
    );
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values<GraphQLField<unknown, unknown>>(type.getFields()).flatMap((field) => [
    ...interfaceProblems(type, field, hidden),
    ...(hidden.has(`${type.name}.${field.name}`) ? [] : fieldProblems(type, field, hidden)),
  ]);
}

function fieldProblems(
  { name: typeName }: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  hidden: HiddenElements,
): readonly string[] {
  const coordinate = `${typeName}.${field.name}`;
  const returned = getNamedType(field.type).name;
  return [
    ...(hidden.has(returned) ? [`${coordinate} returns ${returned}, which is hidden`] : []),
    ...field.args.flatMap((argument) =>
      inputProblems(
        argument,
        `${coordinate}(${argument.name}:)`,
        isRequiredArgument(argument),
        hidden,
      ),
    ),
  ];
}

/** Problems of an argument or an input field. */
function inputProblems(
  { type, astNode }: GraphQLArgument | GraphQLInputField,
  coordinate: string,
  isRequired: boolean,
  hidden: HiddenElements,
): readonly string[] {
  if (hidden.has(coordinate)) return isRequired ? [`${coordinate} is required, but hidden`] : [];
  const { name } = getNamedType(type);
  if (hidden.has(name)) return [`${coordinate} takes ${name}, which is hidden`];
  const value = astNode?.defaultValue;
  if (value === undefined) return [];
  return [...namesInDefault(value, type)]
    .filter((used) => hidden.has(used))
    .map((used) => `the default value of ${coordinate} has ${used} in it, which is hidden`);
}

/** What an interface promises, its types must keep. */
function interfaceProblems(
  type: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
  hidden: HiddenElements,
): readonly string[] {
  return type.getInterfaces().flatMap((declared) => {
    const promised = declared.getFields()[field.name];
    const place = `${declared.name}.${field.name}`;
    if (promised === undefined || hidden.has(declared.name) || hidden.has(place)) return [];
    const own = `${type.name}.${field.name}`;
    if (hidden.has(own)) return [`${own} is hidden, but ${place}, which it implements, is not`];
    return promised.args.flatMap(({ name }) => {
      const argument = field.args.find((one) => one.name === name);
      const [ownPlace, promisedPlace] = [`${own}(${name}:)`, `${place}(${name}:)`];
      if (argument === undefined || hidden.has(ownPlace) === hidden.has(promisedPlace)) return [];
      if (hidden.has(ownPlace)) return [`${ownPlace} is hidden, but ${promisedPlace} is not`];
      return isRequiredArgument(argument)
        ? [`${promisedPlace} is hidden, but ${ownPlace} is required`]
        : [];
    });
  });
}

/** Coordinates of the enum values and input fields that a default value has in it. */
function* namesInDefault(value: ConstValueNode, type: GraphQLInputType): Generator<string> {
  const named = getNamedType(type);
  if (value.kind === Kind.LIST) {
    for (const item of value.values) yield* namesInDefault(item, named);
  } else if (value.kind === Kind.ENUM && isEnumType(named)) {
    yield `${named.name}.${value.value}`;
  } else if (value.kind === Kind.OBJECT && isInputObjectType(named)) {
    for (const { name, value: inner } of value.fields) {
      yield `${named.name}.${name.value}`;
      const field = named.getFields()[name.value];
      if (field !== undefined) yield* namesInDefault(inner, field.type);
    }
  }
}

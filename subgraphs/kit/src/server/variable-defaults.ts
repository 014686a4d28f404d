import {
  astFromValue,
  type DocumentNode,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';

export interface OperationVariables {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The variables with what the operation and its input types give by default (GraphQL sections 5.6.4
 * and 6.1.2). graphql-jit refuses a required variable or input field that has a default and is left out.
 */
export function fillDefaults(operation: OperationVariables): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...operation.variables };
  const definitions = getOperationAST(operation.document, operation.operationName);
  for (const definition of definitions?.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(operation.schema, definition.type);
    if (!Object.hasOwn(filled, name)) {
      if (definition.defaultValue === undefined) continue;
      filled[name] = valueFromASTUntyped(definition.defaultValue);
    }
    if (isInputType(type)) filled[name] = fillValue(filled[name], type);
  }
  return filled;
}

function fillValue(value: unknown, type: GraphQLInputType): unknown {
  if (value === null || value === undefined) return value;
  if (isNonNullType(type)) return fillValue(value, type.ofType);
  if (isListType(type)) {
    return Array.isArray(value)
      ? value.map((item) => fillValue(item, type.ofType))
      : fillValue(value, type.ofType);
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || Array.isArray(value)) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const field of Object.values(type.getFields())) {
    if (Object.hasOwn(filled, field.name)) {
      filled[field.name] = fillValue(filled[field.name], field.type);
    } else if (field.defaultValue !== undefined) filled[field.name] = defaultOf(field);
  }
  return filled;
}

/** The default as a client would send it. */
function defaultOf({ defaultValue, type }: GraphQLInputField): unknown {
  const literal = astFromValue(defaultValue, type);
  return literal && valueFromASTUntyped(literal);
}

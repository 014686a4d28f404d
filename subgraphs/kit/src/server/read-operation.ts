import { AppError } from '@plaza/schema/errors';

/** One operation as the HTTP request carries it. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
}

const graphqlName = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** Reads the JSON body of a GraphQL request. Throws BAD_REQUEST that says which key is wrong. */
export function readOperation(body: unknown): OperationRequest {
  if (!isObject(body)) throw new AppError('BAD_REQUEST', 'The body must be a JSON object');
  const { query, operationName, variables } = body;
  if (typeof query !== 'string' || query === '') {
    throw new AppError('BAD_REQUEST', 'query must be a GraphQL document in a string');
  }
  if (variables != null && !isObject(variables)) {
    throw new AppError('BAD_REQUEST', 'variables must be a JSON object');
  }
  const name = operationName === '' ? undefined : (operationName ?? undefined);
  if (name !== undefined && (typeof name !== 'string' || !graphqlName.test(name))) {
    throw new AppError('BAD_REQUEST', 'operationName must be the name of an operation');
  }
  return { query, operationName: name, variables: variables ?? {} };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

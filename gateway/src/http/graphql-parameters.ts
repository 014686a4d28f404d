import { AppError } from '@plaza/schema/errors';

/** The parameters of one GraphQL over HTTP request (section 5). */
export interface GraphQLParameters {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Reads a JSON body. Throws AppError BAD_REQUEST that says which parameter is wrong. */
export function readBodyParameters(body: unknown): GraphQLParameters {
  if (Array.isArray(body)) {
    throw badRequest('Batches are not accepted: send one operation per request');
  }
  if (!isMap(body)) throw badRequest('The request body must be a JSON object');
  return {
    query: readQuery(body.query),
    operationName: readOperationName(body.operationName),
    variables: readMap('variables', body.variables),
    extensions: readMap('extensions', body.extensions),
  };
}

/** Reads the parameters of a URL, where maps are JSON text. Throws AppError BAD_REQUEST. */
export function readUrlParameters(search: URLSearchParams): GraphQLParameters {
  return {
    query: readQuery(readOnce('query', search)),
    operationName: readOperationName(readOnce('operationName', search)),
    variables: readMap('variables', parseText('variables', search)),
    extensions: readMap('extensions', parseText('extensions', search)),
  };
}

function readQuery(query: unknown): string {
  if (query === undefined || query === null || query === '') {
    throw badRequest('The parameter query is missing');
  }
  if (typeof query !== 'string') throw badRequest('The parameter query must be a string');
  return query;
}

function readOperationName(name: unknown): string | undefined {
  if (name === undefined || name === null || name === '') return undefined;
  if (typeof name !== 'string') throw badRequest('The parameter operationName must be a string');
  return name;
}

function readMap(parameter: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) throw badRequest(`The parameter ${parameter} must be a JSON object`);
  return value;
}

function readOnce(parameter: string, search: URLSearchParams): string | undefined {
  const [first, ...others] = search.getAll(parameter);
  if (others.length > 0) throw badRequest(`The parameter ${parameter} is given more than once`);
  return first;
}

function parseText(parameter: string, search: URLSearchParams): unknown {
  const text = readOnce(parameter, search);
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest(`The parameter ${parameter} is not JSON`);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(message: string): AppError {
  return new AppError('BAD_REQUEST', message);
}

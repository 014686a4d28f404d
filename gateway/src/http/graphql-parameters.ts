import { AppError } from '@plaza/schema/errors';

/** The parameters of one GraphQL over HTTP request (section 5). */
export interface GraphQLParameters {
  /** Empty when `documentId` or `extensions.persistedQuery` says which document is meant. */
  readonly query: string;
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Reads a JSON body. Throws AppError BAD_REQUEST that says which parameter is wrong. */
export function readBodyParameters(body: unknown): GraphQLParameters {
  if (!isMap(body)) throw badRequest('The request body must be a JSON object');
  return {
    query: readQuery(body.query, isNamed(body.documentId, body.extensions)),
    documentId: readText('documentId', body.documentId),
    operationName: readText('operationName', body.operationName),
    variables: readMap('variables', body.variables),
    extensions: readMap('extensions', body.extensions),
  };
}

/**
 * Reads a JSON list of operations. Throws AppError BAD_REQUEST when it is longer than `batchMax`, is
 * empty, or one of them is not well-formed: then none of them runs.
 */
export function readBatchParameters(
  body: readonly unknown[],
  batchMax: number,
): readonly GraphQLParameters[] {
  if (batchMax === 1) {
    throw badRequest('Batches are not accepted: send one operation per request');
  }
  if (body.length === 0) throw badRequest('The batch has no operation');
  if (body.length > batchMax) {
    const details = { limit: 'batchMax', value: body.length, allowed: batchMax };
    const message = `The batch has ${body.length} operations; ${batchMax} are allowed (limits.batchMax)`;
    throw new AppError('BAD_REQUEST', message, { details });
  }
  return body.map(readBodyParameters);
}

/** Reads the parameters of a URL, where maps are JSON text. Throws AppError BAD_REQUEST. */
export function readUrlParameters(search: URLSearchParams): GraphQLParameters {
  const documentId = readOnce('documentId', search);
  const extensions = parseText('extensions', search);
  return {
    query: readQuery(readOnce('query', search), isNamed(documentId, extensions)),
    documentId: readText('documentId', documentId),
    operationName: readText('operationName', readOnce('operationName', search)),
    variables: readMap('variables', parseText('variables', search)),
    extensions: readMap('extensions', extensions),
  };
}

/** Whether the document may be named instead of being sent. */
function isNamed(documentId: unknown, extensions: unknown): boolean {
  return Boolean(documentId) || (isMap(extensions) && Boolean(extensions.persistedQuery));
}

function readQuery(query: unknown, mayBeMissing: boolean): string {
  if (query === undefined || query === null || query === '') {
    if (mayBeMissing) return '';
    throw badRequest('The parameter query is missing');
  }
  if (typeof query !== 'string') throw badRequest('The parameter query must be a string');
  return query;
}

function readText(parameter: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw badRequest(`The parameter ${parameter} must be a string`);
  return value;
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

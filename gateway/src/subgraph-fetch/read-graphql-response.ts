import { AppError } from '@plaza/schema/errors';
import type { SubgraphResponse } from './subgraph-request.ts';

const jsonMediaType = /^application\/(?:graphql-response\+)?json\s*(?:;|$)/i;

/** True for the media types in which a GraphQL answer comes. */
export function isJsonMediaType(contentType: unknown): boolean {
  return typeof contentType === 'string' && jsonMediaType.test(contentType);
}

/**
 * Reads the body of a subgraph's answer. Throws AppError DOWNSTREAM_SERVICE_ERROR when it is not a
 * GraphQL response map (GraphQL, section 7.1); the message is for the log.
 */
export function readGraphQLResponse(
  subgraph: string,
  answer: { readonly status: number; readonly text: string },
): SubgraphResponse {
  const body = parseJson(subgraph, answer);
  if (isGraphQLResponse(body)) return body;
  throw new AppError(
    'DOWNSTREAM_SERVICE_ERROR',
    `Subgraph ${subgraph} answered ${answer.status} with JSON that is no GraphQL response`,
  );
}

function parseJson(subgraph: string, { status, text }: { status: number; text: string }): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the body, which is data: it must not reach the log.
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      `Subgraph ${subgraph} answered ${status} with broken JSON of ${text.length} characters`,
    );
  }
}

/** True for a GraphQL response map. */
export function isGraphQLResponse(body: unknown): body is SubgraphResponse {
  if (!isObject(body)) return false;
  const { data, errors } = body;
  if (data !== undefined && data !== null && !isObject(data)) return false;
  if (errors === undefined || errors === null) return data !== undefined;
  return Array.isArray(errors) && errors.every(isGraphQLErrorEntry) && hasContent(data, errors);
}

function hasContent(data: unknown, errors: readonly unknown[]): boolean {
  return data !== undefined || errors.length > 0;
}

function isGraphQLErrorEntry(entry: unknown): boolean {
  return isObject(entry) && typeof entry.message === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

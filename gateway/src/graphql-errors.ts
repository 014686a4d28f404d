import type { ErrorCode } from '@plaza/schema/errors';
import { errorStatus, isErrorCode } from '@plaza/schema/errors';
import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';
import { RejectedOperation } from './rejected-operation.ts';

export type MediaType = 'application/json' | 'application/graphql-response+json';

/** What a client reads instead of the message of an error from 500 up. */
const maskedMessages: Readonly<Partial<Record<ErrorCode, string>>> = {
  DOWNSTREAM_SERVICE_ERROR: 'A service behind the graph did not answer as it should.',
  SUBGRAPH_UNAVAILABLE: 'A service behind the graph is not available. Try again later.',
  SUPERGRAPH_UNAVAILABLE: 'The graph is not available. Try again later.',
  OVERLOADED: 'The graph has too much to do. Try again in a moment.',
  GATEWAY_TIMEOUT: 'The answer took too long.',
};
const maskedMessage = 'Something went wrong inside the graph.';

/** Extension keys by which GraphQL servers are known to leak their insides. */
const innerExtensions = new Set(['code', 'exception', 'serviceName', 'stacktrace', 'stack']);

/**
 * Refusals of the HTTP request itself. `application/json` answers 200 to every well-formed GraphQL
 * request, whatever its errors (GraphQL over HTTP, section 6.4.1); these were none.
 */
const transportCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_REQUEST',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RATE_LIMITED',
  // Balancers and clients that wait must see it.
  'OVERLOADED',
]);

/** The code of any thrown value; what is not on the closed list is INTERNAL_SERVER_ERROR. */
export function codeOf(error: unknown): ErrorCode {
  const code = error instanceof GraphQLError ? error.extensions.code : undefined;
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}

/**
 * The one place where errors become what a client may see. Below 500 the message leaves as it is;
 * from 500 up it is a fixed sentence for each code, with the id of the request to ask about.
 */
export function toGraphQLErrors(
  errors: readonly unknown[],
  requestId: string,
): GraphQLFormattedError[] {
  return errors
    .flatMap((error): readonly unknown[] =>
      error instanceof RejectedOperation ? error.errors : [error],
    )
    .map((error) => formatError(error, requestId));
}

function formatError(error: unknown, requestId: string): GraphQLFormattedError {
  const code = codeOf(error);
  const path = error instanceof GraphQLError && error.path ? { path: error.path } : {};
  if (errorStatus[code] >= 500 || !(error instanceof GraphQLError)) {
    const message = maskedMessages[code] ?? maskedMessage;
    return { message, ...path, extensions: { code, requestId } };
  }
  const locations = error.locations ? { locations: error.locations } : {};
  return {
    message: error.message,
    ...locations,
    ...path,
    extensions: { ...publicExtensions(error), code },
  };
}

function publicExtensions({ extensions }: GraphQLError): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(extensions).filter(
      ([key, value]) =>
        !innerExtensions.has(key) && ['string', 'number', 'boolean'].includes(typeof value),
    ),
  );
}

/**
 * The one place that decides the HTTP status of an operation: 200 when there is data, also partial,
 * else by the code of the error and the media type of the answer.
 */
export function statusFor(code: ErrorCode | undefined, mediaType: MediaType): number {
  if (code === undefined) return 200;
  if (mediaType === 'application/json' && !transportCodes.has(code)) return 200;
  return errorStatus[code];
}

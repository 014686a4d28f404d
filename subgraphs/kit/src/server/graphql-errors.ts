import { AppError, type ErrorCode, errorStatus, isErrorCode } from '@plaza/schema/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

/** The media type whose HTTP status tells the outcome (GraphQL over HTTP, section 6.4). */
export const graphqlResponseType = 'application/graphql-response+json';

/** Faults of the HTTP request itself: their status is sent whatever the media type. */
const transportCodes = new Set<ErrorCode>([
  'BAD_REQUEST',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
]);

/**
 * Makes errors fit for the client. Codes of the closed list below 500 keep their message; everything
 * else becomes a fixed sentence with the request id, and its cause goes to the log.
 */
export function toGraphQLErrors(
  errors: readonly unknown[],
  { requestId, log }: { readonly requestId: string; readonly log: Logger },
): GraphQLFormattedError[] {
  return errors.map((thrown) => {
    const error = isDepthError(thrown) ? toComplexityError(thrown) : thrown;
    const code = codeOf(error);
    if (code !== undefined && errorStatus[code] < 500 && error instanceof GraphQLError) {
      return { ...error.toJSON(), extensions: { ...error.extensions, code } };
    }
    log.error({ err: causeOf(error) }, 'a request failed');
    const place = error instanceof GraphQLError ? placeOf(error) : {};
    const message = `The service could not answer. Quote request ${requestId} to its operators.`;
    return { message, ...place, extensions: { code: code ?? 'INTERNAL_SERVER_ERROR', requestId } };
  });
}

/** HTTP status of an answer: 200 with data, else by code if the client asked for such statuses. */
export function statusFor(code: ErrorCode, mediaType: string): number {
  const tellsOutcome = mediaType === graphqlResponseType || transportCodes.has(code);
  return tellsOutcome ? errorStatus[code] : 200;
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { code } = error.extensions ?? {};
  if (isErrorCode(code)) return code;
  // An error without a place in the response comes from the request, not from a resolver.
  return error.path === undefined ? requestErrorCode(error.message) : undefined;
}

const variableError = /^Variable "\$\w+" (got invalid value|of (required|non-null) type)/;

function requestErrorCode(message: string): ErrorCode {
  if (message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  return variableError.test(message) ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED';
}

/** mercurius' own error class, which is not a GraphQL error. */
function isDepthError(error: unknown): error is Error {
  return error instanceof Error && Reflect.get(error, 'code') === 'MER_ERR_GQL_QUERY_DEPTH';
}

function toComplexityError(cause: Error): AppError {
  return new AppError('OPERATION_TOO_COMPLEX', cause.message, { cause });
}

function causeOf(error: unknown): unknown {
  const thrown = (error instanceof GraphQLError && error.originalError) || error;
  return (thrown instanceof Error && thrown.cause) || thrown;
}

function placeOf({ locations, path }: GraphQLError): Pick<GraphQLFormattedError, 'locations'> {
  return { ...(locations && { locations }), ...(path && { path }) };
}

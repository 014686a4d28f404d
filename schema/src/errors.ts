import { GraphQLError } from 'graphql';

/**
 * The closed list of error codes that a client of the graph can meet, with the HTTP status that
 * `application/graphql-response+json` gives each. docs/errors.md explains them one by one.
 */
export const errorStatus = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_USER_INPUT: 400,
  OPERATION_TOO_COMPLEX: 400,
  PERSISTED_QUERY_NOT_FOUND: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  DOWNSTREAM_SERVICE_ERROR: 502,
  SUBGRAPH_UNAVAILABLE: 503,
  SUPERGRAPH_UNAVAILABLE: 503,
  OVERLOADED: 503,
  GATEWAY_TIMEOUT: 504,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** True when the text is on the closed list. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorStatus, code);
}

/** Facts that an error may carry to the client beside its code, such as a limit's name and value. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

export interface AppErrorOptions {
  /** Kept for the log, never sent. */
  readonly cause?: unknown;
  /** Sent as further keys of `extensions`. */
  readonly details?: ErrorDetails;
}

/**
 * The one error class. Below 500 the message is written for the client and leaves as it is; from 500
 * up the edge replaces it by a fixed sentence and the log keeps message and cause.
 * It is a GraphQLError, so that any GraphQL server that meets it keeps `extensions.code`.
 */
export class AppError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { extensions: { ...options.details, code } });
    this.name = 'AppError';
    this.code = code;
    if (options.cause !== undefined) this.cause = options.cause;
  }

  /** HTTP status of this error's code. */
  get status(): number {
    return errorStatus[this.code];
  }
}

import { CombinedGraphQLErrors, LinkError, ServerError } from '@apollo/client/errors';
import { type ErrorCode, isErrorCode } from '@plaza/schema/errors';
import { isCloseEvent } from './live/close-event.ts';

/** The closed list of the graph (docs/errors.md), and what happens before an answer is there. */
export type PlazaErrorCode = ErrorCode | 'NETWORK' | 'ABORTED' | 'UNKNOWN';

/**
 * What a page does about an error. `signIn`: ask who it is. `correct`: show it beside the field.
 * `wait`: the same again, after `retryAfterMs`. `retry`: offer a button. `notAllowed`: say so, offer
 * nothing. `update`: this client is older than the graph. `report`: apologise, with the request id.
 */
export type Remedy =
  | 'signIn'
  | 'correct'
  | 'wait'
  | 'retry'
  | 'notAllowed'
  | 'update'
  | 'report'
  | 'nothing';

const remedies = {
  BAD_REQUEST: 'report',
  GRAPHQL_PARSE_FAILED: 'update',
  GRAPHQL_VALIDATION_FAILED: 'update',
  BAD_USER_INPUT: 'correct',
  OPERATION_TOO_COMPLEX: 'report',
  PERSISTED_QUERY_NOT_FOUND: 'update',
  UNAUTHENTICATED: 'signIn',
  FORBIDDEN: 'notAllowed',
  METHOD_NOT_ALLOWED: 'report',
  NOT_ACCEPTABLE: 'report',
  PAYLOAD_TOO_LARGE: 'correct',
  UNSUPPORTED_MEDIA_TYPE: 'report',
  RATE_LIMITED: 'wait',
  INTERNAL_SERVER_ERROR: 'report',
  DOWNSTREAM_SERVICE_ERROR: 'retry',
  SUBGRAPH_UNAVAILABLE: 'retry',
  SUPERGRAPH_UNAVAILABLE: 'retry',
  OVERLOADED: 'wait',
  GATEWAY_TIMEOUT: 'retry',
  NETWORK: 'retry',
  ABORTED: 'nothing',
  UNKNOWN: 'report',
} as const satisfies Record<PlazaErrorCode, Remedy>;

/** Codes of answers that are not GraphQL, as a proxy on the way gives them. */
const codeOfStatus: Readonly<Record<number, PlazaErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
};

export interface PlazaErrorFacts {
  readonly cause?: unknown;
  /** Name of the input field that is wrong, where the graph says it. */
  readonly field?: string | undefined;
  /** Where in the answer something is missing. */
  readonly path?: readonly (string | number)[] | undefined;
  /** How long to wait before the same may be asked again. */
  readonly retryAfterMs?: number | undefined;
  /** What support finds the request by. */
  readonly requestId?: string | undefined;
}

/** The one error that a page has to know. */
export class PlazaError extends Error {
  readonly code: PlazaErrorCode;
  readonly remedy: Remedy;
  readonly field: string | undefined;
  readonly path: readonly (string | number)[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(code: PlazaErrorCode, message: string, facts: PlazaErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.name = 'PlazaError';
    this.code = code;
    this.remedy = remedies[code];
    this.field = facts.field;
    this.path = facts.path;
    this.retryAfterMs = facts.retryAfterMs;
    this.requestId = facts.requestId;
  }
}

/** Makes of whatever Apollo Client, `fetch` or a socket throws the error that pages know. */
export function toPlazaError(error: unknown): PlazaError {
  if (error instanceof PlazaError) return error;
  if (CombinedGraphQLErrors.is(error)) return ofGraphQLErrors(error);
  if (ServerError.is(error)) {
    const byStatus = codeOfStatus[error.statusCode];
    const code = byStatus ?? (error.statusCode >= 500 ? 'NETWORK' : 'UNKNOWN');
    return new PlazaError(code, `The server answers ${error.statusCode}`, { cause: error });
  }
  const message = error instanceof Error ? error.message : 'Something went wrong';
  if (isAbort(error)) return new PlazaError('ABORTED', message, { cause: error });
  const isOfNetwork = isCloseEvent(error) || error instanceof TypeError || isOfLink(error);
  return new PlazaError(isOfNetwork ? 'NETWORK' : 'UNKNOWN', message, { cause: error });
}

function ofGraphQLErrors(error: CombinedGraphQLErrors): PlazaError {
  const [first] = error.errors;
  const { code, field, requestId, retryAfterMs } = first?.extensions ?? {};
  return new PlazaError(isErrorCode(code) ? code : 'UNKNOWN', first?.message ?? error.message, {
    cause: error,
    path: first?.path,
    field: typeof field === 'string' ? field : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** True for what came out of the network's side, whatever its class: React Native has its own. */
function isOfLink(error: unknown): boolean {
  return error instanceof Error && LinkError.is(error);
}

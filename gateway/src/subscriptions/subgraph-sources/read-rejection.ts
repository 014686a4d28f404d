import { AppError, errorStatus, isErrorCode } from '@plaza/schema/errors';
import { GraphQLError } from 'graphql';
import { RejectedOperation } from '../../rejected-operation.ts';

interface ReportedError {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

/**
 * What a subgraph's `error` message says to a subscription. Messages stay where the first error has
 * a code of the closed list below 500; else it is DOWNSTREAM_SERVICE_ERROR.
 */
export function readRejection(subgraph: string, payload: unknown): AppError {
  const reported = Array.isArray(payload) ? payload.filter(isReportedError) : [];
  const code = reported[0]?.extensions?.code;
  if (isErrorCode(code) && errorStatus[code] < 500) {
    return new RejectedOperation(
      code,
      reported.map(({ message }) => new GraphQLError(message)),
    );
  }
  const reason = reported[0]?.message ?? 'without a reason';
  const message = `Subgraph ${subgraph} refused the subscription: ${reason}`;
  return new AppError('DOWNSTREAM_SERVICE_ERROR', message);
}

function isReportedError(error: unknown): error is ReportedError {
  return typeof error === 'object' && error !== null && 'message' in error
    ? typeof error.message === 'string'
    : false;
}

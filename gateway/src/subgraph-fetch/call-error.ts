import type { ErrorCode } from '@plaza/schema/errors';
import { AppError } from '@plaza/schema/errors';

/** Why an attempt brought no answer that can be used. */
export type CallFault =
  /** There was no connection: the subgraph has seen nothing of the call. */
  | { readonly kind: 'unreachable' }
  /** The connection ended after something was sent. `isHeard`: a part of the answer had come. */
  | { readonly kind: 'lost'; readonly isHeard: boolean }
  | { readonly kind: 'timeout' }
  /** An answer that is no GraphQL, and its status. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | undefined }
  /** More than is taken. */
  | { readonly kind: 'tooLong' };

/** An attempt that failed by the subgraph's doing; one that was given up throws something else. */
export class CallError extends AppError {
  readonly fault: CallFault;

  constructor(code: ErrorCode, message: string, fault: CallFault, cause?: Error) {
    super(code, message, { cause });
    this.fault = fault;
  }
}

/** True for what says that the subgraph, or the one replica that was asked, is not well. */
export function isFailure(fault: CallFault): boolean {
  return fault.kind === 'status' ? fault.status >= 500 : fault.kind !== 'tooLong';
}

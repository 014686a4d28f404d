import type { ErrorCode, ErrorDetails } from '@plaza/schema/errors';
import { AppError } from '@plaza/schema/errors';

/** An error as it travels between threads, which know no classes. */
export interface ErrorMessage {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Set for an AppError. */
  readonly code?: ErrorCode;
  readonly details?: ErrorDetails;
  readonly cause?: ErrorMessage;
}

/** Causes of causes that travel with an error. */
const causesMax = 4;

/** Writes an error for another thread: code, details and causes stay. */
export function toErrorMessage(error: unknown, causes: number = causesMax): ErrorMessage {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined };
  }
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    ...(error instanceof AppError ? { code: error.code, details: detailsOf(error) } : {}),
    ...(cause === undefined || causes === 0 ? {} : { cause: toErrorMessage(cause, causes - 1) }),
  };
}

/** The error that another thread wrote: an AppError if it was one there. */
export function fromErrorMessage({ code, details, ...error }: ErrorMessage): Error {
  const cause = error.cause === undefined ? {} : { cause: fromErrorMessage(error.cause) };
  if (code !== undefined) {
    return new AppError(code, error.message, {
      ...cause,
      ...(details === undefined ? {} : { details }),
    });
  }
  const restored = new Error(error.message, cause);
  restored.name = error.name;
  if (error.stack !== undefined) restored.stack = error.stack;
  return restored;
}

function detailsOf({ extensions }: AppError): ErrorDetails {
  const { code: _code, ...details } = extensions;
  return details as ErrorDetails;
}

import { ApolloLink } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { type FormattedExecutionResult, OperationTypeNode } from 'graphql';
import { Observable, type Subscription } from 'rxjs';
import { type BackOff, backOffMs } from '../back-off.ts';
import { type PlazaError, toPlazaError } from '../plaza-error.ts';
import { readRetryAfter } from './answer-facts-link.ts';

export interface RetryOptions extends BackOff {
  /** With the first one. */
  readonly attemptsMax: number;
}

/** Refusals that say nothing about the operation, only about the moment. */
const passingCodes = new Set(['RATE_LIMITED', 'OVERLOADED', 'SUPERGRAPH_UNAVAILABLE', 'NETWORK']);

/**
 * Sends queries again that got no answer, or were told to come back. A `Retry-After` that is longer than
 * the longest wait is for the page to show. Mutations are never repeated: nobody knows whether one
 * without an answer was run, and their idempotency keys are for the page to use.
 */
export function createRetryLink(options: RetryOptions): ApolloLink {
  return new ApolloLink((operation, forward) => {
    if (operation.operationType !== OperationTypeNode.QUERY) return forward(operation);
    return new Observable((observer) => {
      let attempts = 0;
      let running: Subscription | undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;

      const again = (error: PlazaError): boolean => {
        const waitMs = waitBeforeNext(error, attempts, options);
        if (waitMs === undefined) return false;
        timer = setTimeout(send, waitMs);
        return true;
      };
      const send = (): void => {
        attempts += 1;
        let isWaiting = false;
        running = forward(operation).subscribe({
          next: (result) => {
            const refusal = readRefusal(result as FormattedExecutionResult);
            isWaiting = refusal !== undefined && again(refusal);
            if (!isWaiting) observer.next(result);
          },
          error: (error: unknown) => {
            if (!again(withRetryAfter(error))) observer.error(error);
          },
          complete: () => {
            if (!isWaiting) observer.complete();
          },
        });
      };
      send();
      return () => {
        clearTimeout(timer);
        running?.unsubscribe();
      };
    });
  });
}

/** How long to wait; undefined when there is no further attempt. */
function waitBeforeNext(
  { code, retryAfterMs }: PlazaError,
  attempts: number,
  options: RetryOptions,
): number | undefined {
  if (attempts >= options.attemptsMax || !passingCodes.has(code)) return undefined;
  const waitMs = backOffMs(attempts - 1, options);
  if (retryAfterMs === undefined) return waitMs;
  // On top of what was asked for, so that all who were sent away do not come back in one moment.
  return retryAfterMs > options.longestMs ? undefined : retryAfterMs + waitMs;
}

/** What an answer without any data says; one with data is shown as it is. */
function readRefusal({ data, errors }: FormattedExecutionResult): PlazaError | undefined {
  if (errors === undefined || errors.length === 0) return undefined;
  return data === undefined || data === null
    ? toPlazaError(new CombinedGraphQLErrors({ errors }))
    : undefined;
}

function withRetryAfter(error: unknown): PlazaError {
  const read = toPlazaError(error);
  if (!ServerError.is(error)) return read;
  return Object.assign(read, { retryAfterMs: readRetryAfter(error.response.headers) });
}

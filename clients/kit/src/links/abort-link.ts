import { ApolloLink } from '@apollo/client';
import { Observable } from 'rxjs';
import { PlazaError } from '../plaza-error.ts';

/**
 * Obeys `context.fetchOptions.signal` from the first moment to the last: `fetch` alone would not hear of
 * an abort before it is called, nor between two attempts.
 */
export function createAbortLink(): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const signal: AbortSignal | undefined = operation.getContext().fetchOptions?.signal;
    if (signal === undefined) return forward(operation);
    return new Observable((observer) => {
      const abort = (): void => observer.error(new PlazaError('ABORTED', 'Nobody waits any more'));
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort);
      const running = forward(operation).subscribe(observer);
      return () => {
        signal.removeEventListener('abort', abort);
        running.unsubscribe();
      };
    });
  });
}

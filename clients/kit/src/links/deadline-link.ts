import { ApolloLink } from '@apollo/client';
import { Observable } from 'rxjs';
import { PlazaError } from '../plaza-error.ts';

/** Gives up an answer that does not end in time; what is under way is aborted. */
export function createDeadlineLink(timeoutMs: number): ApolloLink {
  return new ApolloLink(
    (operation, forward) =>
      new Observable((observer) => {
        // Not the observer itself: leaving the request would leave that, too.
        const running = forward(operation).subscribe({
          next: (result) => observer.next(result),
          error: (error) => observer.error(error),
          complete: () => observer.complete(),
        });
        const timer = setTimeout(() => {
          running.unsubscribe();
          observer.error(new PlazaError('NETWORK', `No answer within ${timeoutMs} ms`));
        }, timeoutMs);
        return () => {
          clearTimeout(timer);
          running.unsubscribe();
        };
      }),
  );
}

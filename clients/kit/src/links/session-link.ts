import { ApolloLink } from '@apollo/client';
import type { FormattedExecutionResult } from 'graphql';
import { from, mergeMap, type Observable, of } from 'rxjs';
import type { SessionKeeper } from '../session/session-keeper.ts';

/** Context of operations that are sent without a token: whoever signs in has none yet. */
export const anonymously = { isAnonymous: true } as const;

/**
 * Sends the access token along, and once more with the next one when the gateway refuses it: a token
 * may be withdrawn before its time. What was refused as a whole has not been run, mutations neither.
 */
export function createSessionLink(keeper: SessionKeeper): ApolloLink {
  return new ApolloLink((operation, forward) => {
    if (operation.getContext().isAnonymous === true) return forward(operation);
    return from(keeper.accessToken()).pipe(
      mergeMap((token) => {
        if (token === undefined) return forward(operation);
        return sendWith(token).pipe(
          mergeMap((result) => {
            if (!isRefusal(result as FormattedExecutionResult)) return of(result);
            return from(keeper.renew(token)).pipe(
              // Without a session it is for the page to say what is seen by everybody.
              mergeMap((next) => (next === undefined ? of(result) : sendWith(next))),
            );
          }),
        );
      }),
    );

    function sendWith(token: string): Observable<ApolloLink.Result> {
      operation.setContext(({ headers }) => ({
        headers: { ...headers, authorization: `Bearer ${token}` },
      }));
      return forward(operation);
    }
  });
}

/** True when the request as a whole was refused for its token: there is no field that it is about. */
function isRefusal({ data, errors }: FormattedExecutionResult): boolean {
  if (errors === undefined || (data !== undefined && data !== null)) return false;
  return errors.some(
    ({ path, extensions }) => extensions?.code === 'UNAUTHENTICATED' && path === undefined,
  );
}

import { ApolloLink } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { print } from '@apollo/client/utilities';
import type { GraphQLFormattedError } from 'graphql';
import type { Client, SubscribePayload } from 'graphql-ws';
import { Observable } from 'rxjs';
import type { OperationIds } from '../links/persisted-link.ts';
import type { GapReader } from './gap-reader.ts';

export interface LiveLinkOptions {
  readonly client: Client;
  readonly operationIds: OperationIds;
  readonly gaps: GapReader;
}

/**
 * Subscriptions over the one WebSocket: by id where they have one, with their text for a gateway that
 * does not know it. Gaps do not reach the page as events; what it shows is read again.
 */
export function createLiveLink({ client, operationIds, gaps }: LiveLinkOptions): ApolloLink {
  return new ApolloLink(
    (operation) =>
      new Observable((observer) => {
        const { onGap } = operation.getContext();
        const leave = gaps.join(typeof onGap === 'function' ? onGap : undefined);
        const { operationName = '' } = operation;
        const sha256Hash = operationIds[operationName];
        const subscribe = (hasText: boolean): (() => void) =>
          client.subscribe<Record<string, unknown>>(toPayload(operation, sha256Hash, hasText), {
            next: (result) => {
              if (isGap(result.extensions)) gaps.found(leave);
              else observer.next(result as ApolloLink.Result);
            },
            error: (error) => {
              if (!hasText && isUnknownDocument(error)) stop = subscribe(true);
              else observer.error(toError(error));
            },
            complete: () => observer.complete(),
          });
        let stop = subscribe(sha256Hash === undefined);
        return () => {
          leave();
          stop();
        };
      }),
  );
}

function toPayload(
  { query, operationName, variables }: ApolloLink.Operation,
  sha256Hash: string | undefined,
  hasText: boolean,
): SubscribePayload {
  return {
    query: hasText ? print(query) : '',
    operationName,
    variables,
    extensions: {
      gaps: true,
      ...(sha256Hash === undefined ? {} : { persistedQuery: { version: 1, sha256Hash } }),
    },
  };
}

/** The gateway's word for events that it may have missed itself. */
function isGap(extensions: unknown): boolean {
  return (extensions as { readonly gap?: unknown } | null | undefined)?.gap === true;
}

function isUnknownDocument(error: unknown): boolean {
  return (
    isErrorList(error) &&
    error.some(({ extensions }) => extensions?.code === 'PERSISTED_QUERY_NOT_FOUND')
  );
}

function toError(error: unknown): unknown {
  return isErrorList(error) ? new CombinedGraphQLErrors({ errors: error }) : error;
}

function isErrorList(error: unknown): error is readonly GraphQLFormattedError[] {
  return Array.isArray(error);
}

import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { OperationTypeNode } from 'graphql';
import { createPlazaCache } from './cache-policies.ts';
import { operationIds } from './generated/operation-ids.ts';
import { createAbortLink } from './links/abort-link.ts';
import { createAnswerFactsLink } from './links/answer-facts-link.ts';
import { createDeadlineLink } from './links/deadline-link.ts';
import { createPersistedLink, type OperationIds } from './links/persisted-link.ts';
import { createRetryLink } from './links/retry-link.ts';
import { createSessionLink } from './links/session-link.ts';
import { GapReader } from './live/gap-reader.ts';
import { LiveConnection } from './live/live-connection.ts';
import { createLiveLink } from './live/live-link.ts';
import { type PlazaClientOptions, withDefaults } from './plaza-client-options.ts';
import { type PlazaError, toPlazaError } from './plaza-error.ts';
import { createRefreshSession } from './session/refresh-session.ts';
import {
  type SessionChange,
  SessionKeeper,
  type SignedOutReason,
} from './session/session-keeper.ts';
import { type LogInOutcome, type RegisterOutcome, SignIn } from './session/sign-in.ts';

/** One client of the graph: a page, an app. */
export interface PlazaClient {
  /** For `ApolloProvider`, and for everything that is asked. */
  readonly apollo: ApolloClient;
  logIn(email: string, password: string): Promise<LogInOutcome>;
  register(input: { email: string; name: string; password: string }): Promise<RegisterOutcome>;
  /** Ends the session here and, where it can be reached, at the graph. */
  signOut(): Promise<void>;
  isSignedIn(): Promise<boolean>;
  /** Ends everything that is under way. */
  stop(): void;
}

/** Apollo Client as the graph is best used with; see README.md. */
export function createPlazaClient(given: PlazaClientOptions): PlazaClient {
  const options = withDefaults(given);
  const { live } = options;
  const headers = {
    'graphql-client-name': options.clientName,
    'graphql-client-version': options.clientVersion,
  };
  const keeper = new SessionKeeper({
    store: options.tokens,
    refresh: createRefreshSession({ ...options, headers, timeoutMs: options.requestTimeoutMs }),
    renewBeforeMs: options.renewBeforeMs,
    onChange: (change) => sessionChanged(change),
  });
  const gaps = new GapReader({
    ...live,
    rereadAll: () => void apollo.refetchQueries({ include: 'active' }),
  });
  const connection = new LiveConnection({
    ...live,
    url: options.webSocketUrl,
    keeper,
    headers,
    onState: options.onLiveState,
    onReconnected: () => gaps.foundForAll(),
    webSocketImpl: options.webSocketImpl,
  });
  const ids = { ...operationIds, ...options.operationIds };
  const apollo = new ApolloClient({
    cache: options.cache ?? createPlazaCache(),
    link: createReportLink(options.onError).concat(
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        createLiveLink({ client: connection.client, operationIds: ids, gaps }),
        createRequestLink({ options, keeper, headers, operationIds: ids }),
      ),
    ),
    // The headers above say who is asking; the extension would be part of every URL that is cached.
    enhancedClientAwareness: { transport: false },
    defaultOptions: {
      // What is shown stays while it is read again after a gap.
      watchQuery: { notifyOnNetworkStatusChange: false },
    },
  });
  const signIn = new SignIn(apollo, keeper);
  function sessionChanged(change: SessionChange): void {
    connection.sessionChanged(change);
    if (change.kind === 'signedOut') void forget(change.reason);
  }
  async function forget(reason: SignedOutReason): Promise<void> {
    await nextTask(); // what was refused gets its answer first
    // Whoever leaves takes back what is under way, too; of a session that is over nothing more comes.
    if (reason === 'left' || reason === 'elsewhere') await apollo.clearStore();
    else await apollo.cache.reset();
    options.onSignedOut(reason);
    // What is shown still, is shown as everybody sees it; errors are the pages' own.
    await apollo.refetchQueries({ include: 'active' }).catch(() => undefined);
  }
  return {
    apollo,
    logIn: (email, password) => signIn.logIn({ email, password }),
    register: (input) => signIn.register(input),
    signOut: () => signIn.signOut(),
    isSignedIn: async () => (await keeper.current()) !== undefined,
    stop: () => {
      gaps.close();
      connection.close();
      apollo.stop();
    },
  };
}

/** From outermost to innermost, what a query or a mutation goes through. */
function createRequestLink({
  options,
  keeper,
  headers,
  operationIds,
}: {
  readonly options: ReturnType<typeof withDefaults>;
  readonly keeper: SessionKeeper;
  readonly headers: Readonly<Record<string, string>>;
  readonly operationIds: OperationIds;
}): ApolloLink {
  return ApolloLink.from([
    createAbortLink(),
    createRetryLink(options.retry),
    createSessionLink(keeper),
    createDeadlineLink(options.requestTimeoutMs),
    createAnswerFactsLink(),
    createPersistedLink(operationIds, { useGet: options.useGet }),
    new HttpLink({
      uri: options.url,
      fetch: options.fetch,
      headers: { ...headers, accept: 'application/graphql-response+json, application/json' },
    }),
  ]);
}

function createReportLink(onError: (error: PlazaError, operationName: string) => void): ApolloLink {
  return new ErrorLink(({ error, operation }) => {
    onError(toPlazaError(error), operation.operationName ?? '');
  });
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

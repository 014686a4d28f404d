import type { ApolloCache } from '@apollo/client/cache';
import type { OperationIds } from './links/persisted-link.ts';
import type { RetryOptions } from './links/retry-link.ts';
import type { LiveState } from './live/live-connection.ts';
import type { PlazaError } from './plaza-error.ts';
import type { SignedOutReason } from './session/session-keeper.ts';
import type { TokenStore } from './session/token-store.ts';

/** How the WebSocket is kept, in milliseconds. */
export interface LiveOptions {
  /** First wait before a lost connection is made anew; doubles, half of it by chance. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** After so much silence the connection is tried. */
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** After a gap what is shown is read again so much later, and up to `spreadMs` more. */
  readonly settleMs: number;
  readonly spreadMs: number;
}

export interface PlazaClientOptions {
  /** Of the graph: `https://…/graphql`, or that of a contract below it. */
  readonly url: string;
  /** By default `url` with `ws` in the place of `http`. */
  readonly webSocketUrl?: string;
  /** Where the session is kept. */
  readonly tokens: TokenStore;
  /** What the gateway's log and metrics call this client: at most 100 printable ASCII characters. */
  readonly clientName: string;
  readonly clientVersion: string;
  /** Somebody is signed out, and the cache is empty: show what everybody sees, and say why. */
  readonly onSignedOut: (reason: SignedOutReason) => void;
  /** Every error that is left after retries, for a log. Pages get theirs from `toPlazaError`. */
  readonly onError?: (error: PlazaError, operationName: string) => void;
  readonly onLiveState?: (state: LiveState) => void;
  /** Ids of the client's own documents, beside the kit's. */
  readonly operationIds?: OperationIds;
  /** A restored cache of `createPlazaCache`. */
  readonly cache?: ApolloCache;
  /** Queries by id go by GET, for caches on the way; variables are then in their URLs and logs. */
  readonly useGet?: boolean;
  /** How long an answer may take, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** How long before its end an access token is renewed, in milliseconds. */
  readonly renewBeforeMs?: number;
  readonly retry?: Partial<RetryOptions>;
  readonly live?: Partial<LiveOptions>;
  /** For platforms whose global ones are not the ones to use. */
  readonly fetch?: typeof fetch;
  readonly webSocketImpl?: unknown;
}

const retryDefaults: RetryOptions = { attemptsMax: 4, firstMs: 300, longestMs: 10_000 };
const liveDefaults: LiveOptions = {
  firstMs: 500,
  longestMs: 30_000,
  pingIntervalMs: 15_000,
  pongTimeoutMs: 5_000,
  settleMs: 500,
  spreadMs: 1_500,
};
const nothing = (): void => undefined;

/** The options with what was left out. */
export function withDefaults(given: PlazaClientOptions) {
  return {
    ...given,
    webSocketUrl: given.webSocketUrl ?? given.url.replace(/^http/, 'ws'),
    onError: given.onError ?? nothing,
    onLiveState: given.onLiveState ?? nothing,
    useGet: given.useGet ?? false,
    requestTimeoutMs: given.requestTimeoutMs ?? 30_000,
    renewBeforeMs: given.renewBeforeMs ?? 60_000,
    retry: { ...retryDefaults, ...given.retry },
    live: { ...liveDefaults, ...given.live },
    // Called later, so that what replaces the global one meanwhile is used.
    fetch: given.fetch ?? ((...call: Parameters<typeof fetch>) => fetch(...call)),
  };
}

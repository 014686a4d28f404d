import type { SubgraphError } from '../subgraph-fetch/subgraph-request.ts';

/** What a hook may keep for the later hooks of the same request. */
export type HookState = Record<string, unknown>;

/** A request before anything of it is looked at. */
export interface HookedRequest {
  readonly requestId: string;
  /** Client headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the HTTP request; undefined for an operation over a WebSocket. */
  readonly method: string | undefined;
  /** Network address of the client. */
  readonly address: string | undefined;
  readonly operationName: string | undefined;
  /** Aborts when the client goes away or the time of the request is over. */
  readonly signal: AbortSignal;
  readonly state: HookState;
}

/** What a hook makes of a request. */
export interface RequestChanges {
  /**
   * Set over the client's headers, lower-case names; undefined removes one. They are then as if the
   * client had sent them: tokens are read there, and `headers.forward` says what subgraphs see.
   */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** An operation that its viewer may run, before it is planned. */
export interface HookedOperation {
  readonly requestId: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly name: string | undefined;
  /** Equal for operations with equal text. */
  readonly id: string;
  /** Of the verified token or key; undefined for whoever is anonymous. */
  readonly viewerId: string | undefined;
  /** Coerced. May be data of people: they do not belong into logs. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly state: HookState;
}

/** A call to a subgraph, which several requests may share. */
export interface HookedSubgraphRequest {
  readonly subgraph: string;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  /** GraphQL text as it goes over the wire. */
  readonly operation: string;
  /** Of the request that makes the call. */
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** What a subgraph answered. */
export interface HookedSubgraphResponse {
  readonly subgraph: string;
  readonly requestId: string;
  readonly durationMs: number;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly SubgraphError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** An answer before it is written. Not for events of subscriptions. */
export interface HookedResponse {
  readonly requestId: string;
  readonly durationMs: number;
  /** Codes of the errors in the answer. */
  readonly errorCodes: readonly string[];
  /** False when nothing was executed. */
  readonly hasData: boolean;
  readonly state: HookState;
}

/** What a hook adds to an answer. */
export interface ResponseAdditions {
  /** Put beside those that are there. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

type Awaitable<Value> = Value | Promise<Value>;

/**
 * Code of the operator that the gateway calls while it serves: a module's default export, or what a
 * function that it exports returns. Whoever throws an error with a `code` of the closed list below
 * status 500 (docs/errors.md) refuses the request with that code and message; every other error is
 * INTERNAL_SERVER_ERROR to the client and is logged. What takes longer than `requestTimeoutMs` ends
 * with the request.
 */
export interface GatewayHooks {
  /** First of all, before the client is known. What depends on who asks belongs here. */
  readonly onRequest?: (request: HookedRequest) => Awaitable<RequestChanges | undefined>;
  /** When it is known what is asked, and that the viewer may. */
  readonly onOperation?: (operation: HookedOperation) => Awaitable<void>;
  /**
   * Before each call to a subgraph. Requests share calls, and caches keep their answers: the headers
   * must depend on the call alone. They win over those that the gateway sends itself.
   */
  readonly onSubgraphRequest?: (
    call: HookedSubgraphRequest,
  ) => Awaitable<{ readonly headers?: Readonly<Record<string, string>> } | undefined>;
  /** When a subgraph has answered GraphQL. To look at, not to change. */
  readonly onSubgraphResponse?: (response: HookedSubgraphResponse) => Awaitable<void>;
  /** Before an answer is written. An error here is logged, and the answer goes out. */
  readonly onResponse?: (response: HookedResponse) => Awaitable<ResponseAdditions | undefined>;
}

/** The hooks that there are. */
export const hookNames = [
  'onRequest',
  'onOperation',
  'onSubgraphRequest',
  'onSubgraphResponse',
  'onResponse',
] as const satisfies readonly (keyof GatewayHooks)[];

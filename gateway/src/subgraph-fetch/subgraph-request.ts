import type { AnswerHeaders } from './answer-headers.ts';

/** What one client request carries along to every subgraph call that it causes. */
export interface RequestContext {
  readonly requestId: string;
  /** Client headers, lower-case names. Which of them reach a subgraph is the executor's rule. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts when the client goes away or the request's deadline passes. */
  readonly signal: AbortSignal;
  /** Calls of requests that may share answers have this in common: what they know to be out of date. */
  readonly cachePosition?: string;
  /** True when an answer to a call that began earlier may be out of date: none is shared. */
  readonly isExclusive?: boolean;
  /** Gets the headers that subgraphs have for the client; undefined where none is passed on. */
  readonly answerHeaders?: AnswerHeaders;
}

/** One call to one subgraph. */
export interface SubgraphRequest {
  readonly subgraph: string;
  /** GraphQL text as it goes over the wire. */
  readonly operation: string;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  /** The request body: JSON with `query`, `variables`, and `operationName` if it has one. */
  readonly body: string;
  /** Sent over those that the executor sends by itself; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly context: RequestContext;
}

/** An error as a subgraph reports it (GraphQL specification, section 7.1.2). */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a subgraph's HTTP answer says of its own caching (RFC 9111). */
export interface CacheHeaders {
  readonly cacheControl?: string | undefined;
  readonly age?: string | undefined;
  readonly vary?: string | undefined;
}

/** A subgraph's well-formed GraphQL answer. It belongs to whoever asked, and may be changed. */
export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Set by the executor, never read from the body; undefined where there are none. */
  readonly cacheHeaders?: CacheHeaders | undefined;
}

/**
 * Sends one operation to one subgraph.
 * Rejects with AppError: DOWNSTREAM_SERVICE_ERROR when there is no well-formed GraphQL answer
 * (refused connection, HTML, broken JSON, 5xx), GATEWAY_TIMEOUT past the subgraph's deadline,
 * SUBGRAPH_UNAVAILABLE where it is not called for now.
 */
export type SubgraphFetch = (request: SubgraphRequest) => Promise<SubgraphResponse>;

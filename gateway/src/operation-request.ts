import type { OperationTypeNode } from 'graphql';
import type { IncrementalFormat } from './incremental-delivery/write-payload.ts';
import type { Subscriber, SubscriberIdentity } from './subscriptions/subscriber.ts';

/** One GraphQL request, whatever transport it came by. */
export interface OperationRequest {
  /** Empty when the document is named instead. */
  readonly query: string;
  readonly documentId?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The contract that the client's path names. */
  readonly contract?: string | undefined;
  /** Client headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the HTTP request; undefined for one over a WebSocket. */
  readonly method?: string;
  /** Network address of the client, if it has one. */
  readonly address?: string | undefined;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** What the transport may carry: GET nothing but queries. */
  readonly allowedTypes: readonly `${OperationTypeNode}`[];
  /** How the client reads an answer in parts; undefined: it wants one answer. */
  readonly incrementalFormat?: IncrementalFormat | undefined;
}

/** A request that may be a subscription. */
export interface LiveRequest extends OperationRequest {
  /** Whom its events go to; asked when all else is ready. Throws AppError to refuse. */
  readonly subscriberFor: (identity: SubscriberIdentity) => Subscriber;
}

import type { EventFeed } from '../event-sources/event-feed.ts';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';

/** What one upstream is to deliver: the primary fetch of a subscription's plan. */
export interface SourceRequest {
  readonly subgraph: string;
  /** GraphQL text of the subgraph's subscription. */
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** `query`, `operationName` and `variables` as one JSON object, ready for the wire. */
  readonly body: string;
  /** The one root field of the operation. */
  readonly field: SourceField;
  /** Client headers that the subgraph may see; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** For a field that a topic feeds instead of the subgraph; the headers are empty then. */
  readonly feed: EventFeed | undefined;
}

export interface SourceField {
  /** Schema coordinate, such as `Subscription.seatChanged`. */
  readonly coordinate: string;
  readonly name: string;
  /** The key of the field in the data of each event. */
  readonly responseName: string;
  /** Coerced; defaults of the schema filled in. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

export type SourceEvent =
  /** The source listens: from now on no event escapes it. The first of all its events. */
  | { readonly kind: 'open' }
  /** The subgraph's answer to the primary fetch; it belongs to whoever receives it. */
  | { readonly kind: 'next'; readonly response: SubgraphResponse }
  /** What a topic announced: each plan makes its own answer to the primary fetch of it. */
  | { readonly kind: 'announcement'; readonly payload: unknown }
  /** Events may have been lost; from now on they come again. */
  | { readonly kind: 'gap' };

/** Where the events of subscriptions come from, for one snapshot of the supergraph. */
export interface SubscriptionSource {
  /**
   * Names the place that `open` would go to, such as a URL or a topic. An upstream that is open
   * outlives a reload when its request and this name stay the same.
   */
  placeOf(request: SourceRequest): string;
  /**
   * Opens one upstream and delivers its events in order. Ends when the source has completed. Throws
   * AppError when it failed for good: lost connections are the source's own to mend, and a `gap` in
   * the events tells of them. Ends its work when the signal aborts.
   */
  open(request: SourceRequest, signal: AbortSignal): AsyncIterable<SourceEvent>;
}

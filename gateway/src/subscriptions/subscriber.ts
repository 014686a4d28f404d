import type { GraphQLFormattedError } from 'graphql';
import type { Viewer } from '../identity/viewer.ts';
import type { LiveEvent } from './live-event.ts';

/**
 * One client's end of a subscription, which a transport implements. No method may throw or take
 * long: thousands wait for their turn. Nothing is called after `complete` or `fail`, nor after the
 * client's `Subscription.close`.
 */
export interface Subscriber {
  /** An event, in order. The same object goes to every subscriber of a channel. */
  next(event: LiveEvent): void;
  /** Events may have been lost on the way here. For clients that asked to be told. */
  gap(): void;
  /** The source has no more events. */
  complete(): void;
  /** The subscription cannot go on; the errors are fit for the client's eyes. */
  fail(errors: readonly GraphQLFormattedError[]): void;
}

/** As whom a client subscribes. */
export interface SubscriberIdentity {
  readonly viewer: Viewer | undefined;
  /** Client headers that the subgraphs may see: all that an event may depend on beside the plan. */
  readonly headers: Readonly<Record<string, string>>;
  /** False once the viewer's token has ended or its API key is no longer good. */
  readonly holds: () => boolean;
}

/** A subscription that has begun. */
export interface Subscription {
  /** The client wants no more events. Does nothing when the subscription has ended. */
  close(): void;
  /**
   * Goes on as somebody with another token, without losing or repeating an event. Fails when that
   * one may not subscribe.
   */
  renew(identity: SubscriberIdentity): void;
}

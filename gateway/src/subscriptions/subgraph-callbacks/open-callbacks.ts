import type { CallbackMessage } from './callback-message.ts';
import { CalledSubscription } from './called-subscription.ts';

/** Time between two looks at all subscriptions, and so how late silence may be noticed. */
const checkIntervalMs = 250;
/** Heartbeats in a row that may be missing before a subscription counts as lost. */
const missedHeartbeatsMax = 3;

/** All subscriptions of which subgraphs tell by calling back, by their ids. */
export class OpenCallbacks implements Disposable {
  readonly #subscriptions = new Map<string, CalledSubscription>();
  readonly #timer: NodeJS.Timeout;

  readonly #idPrefix: string;

  /** `idPrefix`: tells processes whose subgraphs call the same place whose a subscription is. */
  constructor({
    heartbeatIntervalMs,
    idPrefix = '',
  }: {
    readonly heartbeatIntervalMs: number;
    readonly idPrefix?: string;
  }) {
    this.#idPrefix = idPrefix;
    const silentChecksMax = (heartbeatIntervalMs * missedHeartbeatsMax) / checkIntervalMs;
    this.#timer = setInterval(() => {
      for (const subscription of this.#subscriptions.values()) subscription.check(silentChecksMax);
    }, checkIntervalMs).unref();
  }

  open(subgraph: string): CalledSubscription {
    const subscription = new CalledSubscription(subgraph, this.#idPrefix);
    this.#subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  /** Nobody wants its events any more: whoever calls back for it learns that it is gone. */
  close({ id, events }: CalledSubscription): void {
    this.#subscriptions.delete(id);
    events.end();
  }

  has(id: string): boolean {
    return this.#subscriptions.has(id);
  }

  /** False when there is no such subscription, or whoever calls was not asked to. */
  take(message: CallbackMessage): boolean {
    const subscription = this.#subscriptions.get(message.id);
    if (subscription === undefined || !subscription.isVerifiedBy(message.verifier)) return false;
    subscription.take(message);
    return true;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#subscriptions.clear();
  }
}

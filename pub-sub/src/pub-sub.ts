/** Largest announcement, topic and payload together as UTF-8 JSON: NOTIFY takes less than 8,000. */
export const announcementBytesMax = 7_500;
/** Longest topic, in bytes of UTF-8. */
export const topicBytesMax = 200;

/**
 * Live announcements: who listens now hears it, nobody hears it later. Nothing is stored, and what is
 * said while a connection is down is lost (`onGap` tells); for what must arrive there is MessageBus.
 * Announcements of one process on one topic arrive in order.
 */
export interface PubSub extends AsyncDisposable {
  /**
   * Resolves when the server has it. Payloads are small by rule, on both implementations: announce the
   * id of what changed and let the listener read the rest. Rejects with PAYLOAD_TOO_LARGE past
   * `announcementBytesMax`, BAD_USER_INPUT for a bad topic, DOWNSTREAM_SERVICE_ERROR when the server
   * is away for `publishTimeoutMs`.
   */
  publish(topic: string, payload: unknown): Promise<void>;
  /** Resolves once the server listens: what is announced from then on is heard. */
  subscribe(topic: string, options?: SubscribeOptions): Promise<Subscription>;
  /** Resolves when the server answers; rejects with DOWNSTREAM_SERVICE_ERROR otherwise. */
  checkReady(): Promise<void>;
  /** Ends every subscription. Idempotent. */
  close(): Promise<void>;
}

/** What a full buffer does with one announcement more. */
export type OverflowRule =
  /** The oldest one goes: the listener falls behind but ends up with the latest. */
  | 'drop-oldest'
  /** The new one goes. */
  | 'drop-newest'
  /** The subscription ends with RATE_LIMITED, after what the buffer holds. */
  | 'end';

export interface SubscribeOptions {
  /** Announcements that wait for a slow listener. Default 100, at most 10,000. */
  readonly bufferMax?: number;
  /** Default `drop-oldest`. */
  readonly overflow?: OverflowRule;
  /** The connection was lost and is back: read again what the announcements are about. */
  readonly onGap?: () => void;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** The payloads, one after the other. To be read by one loop. */
export interface Subscription extends AsyncIterable<unknown>, AsyncDisposable {
  /** Announcements that the full buffer dropped. */
  readonly dropped: number;
  /** Ends the loop and stops listening. Idempotent. */
  close(): Promise<void>;
}

/** Where lines about lost connections go; a pino logger is one. */
export interface PubSubLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface PubSubOptions {
  readonly log: PubSubLog;
  /** How long opening may wait for the server. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long a publish or a subscribe may wait for the server. Default 2,000. */
  readonly publishTimeoutMs?: number;
}

export type ResolvedPubSubOptions = Required<PubSubOptions>;

/** One kind of Redis, and how it is told what to send. Commands wait for a connection, not for ever. */
export interface RedisChannels {
  /** Resolves when the server has it. Of one topic what is published first is sent first. */
  publish(topic: string, text: string): Promise<unknown>;
  /** Resolves once the server sends what is published there, until `leave`. */
  listen(topic: string): Promise<void>;
  leave(topic: string): Promise<void>;
  /** Resolves when the server answers; rejects when it does not in this time, or later. */
  ping(timeoutMs: number): Promise<unknown>;
  close(): void;
}

/** Whom the channels tell what has happened. */
export interface ChannelEvents {
  readonly onText: (text: string) => void;
  /** Something may have been missed on the topic, or on all; from now on it is heard again. */
  readonly onGap: (topic?: string) => void;
}

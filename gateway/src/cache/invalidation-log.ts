/**
 * A place in the log. Places of different epochs cannot be compared: what was remembered at one of
 * them is out of date at the other. JSON can carry it.
 */
export interface LogPosition {
  readonly epoch: string;
  readonly sequence: number;
}

/**
 * Which tags were invalidated, and when: not by the clock, but by position in the one log that all
 * processes share. Who remembers something notes the position as it was *before* the something was
 * fetched, and may serve it as long as none of its tags was invalidated after that position. So
 * nothing that was fetched before an invalidation is served after it, however late it arrives.
 */
export interface InvalidationLog {
  /** As far as this process knows the log. Nothing is current since the position of a new log. */
  position(): LogPosition;
  /**
   * Brings this process up to date with all that was acknowledged before the call. False, or a promise
   * of it, when that cannot be told in time: then nothing that is remembered may be served.
   */
  catchUp(): boolean | Promise<boolean>;
  /**
   * True when none of the tags was invalidated after the position, as far as this process knows: call
   * it after `catchUp`. It may be false for what was remembered long ago, or in another epoch.
   */
  isCurrent(since: LogPosition, tags: readonly string[]): boolean;
  /**
   * Resolves when every process that catches up from then on knows. Rejects with AppError
   * DOWNSTREAM_SERVICE_ERROR when it cannot be made known; it may yet become known.
   */
  invalidate(tags: readonly string[]): Promise<void>;
}

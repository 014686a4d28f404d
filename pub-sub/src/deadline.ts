import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@plaza/schema/errors';
import { Backoff } from './backoff.ts';

/**
 * Settles as the work does, or rejects with what `toError` gives once the time is over. What has
 * arrived by then is read first: when this process was busy, the other side is not late.
 */
export async function withinDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  toError: () => Error,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let afterReading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    afterReading = setImmediate(() => reject(toError()));
  }, timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    clearImmediate(afterReading);
  }
}

export interface RetryOptions {
  readonly timeoutMs: number;
  /** What was tried, for the error: "take a message". */
  readonly purpose: string;
  /** Who could not: "The pub-sub". */
  readonly subject: string;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal;
}

/**
 * Repeats work while the server behind it is away. The work gets the time that is left. Rejects with
 * an AppError that the work threw, or with DOWNSTREAM_SERVICE_ERROR when the time is over.
 */
export async function retryWhileAway<T>(
  options: RetryOptions,
  work: (remainingMs: number) => Promise<T>,
): Promise<T> {
  const endsAt = performance.now() + options.timeoutMs;
  const backoff = new Backoff({ firstMs: 50, longestMs: 1_000 });
  for (;;) {
    const remainingMs = Math.max(1, endsAt - performance.now());
    try {
      return await withinDeadline(work(remainingMs), remainingMs, () => new Error('no answer'));
    } catch (error) {
      if (error instanceof AppError) throw error;
      const pauseMs = backoff.next();
      const isOver = performance.now() + pauseMs >= endsAt || options.signal?.aborted === true;
      if (isOver) throw awayError(options, error);
      await sleep(pauseMs);
    }
  }
}

function awayError(options: RetryOptions, cause: unknown): AppError {
  const { subject, purpose, timeoutMs } = options;
  return new AppError(
    'DOWNSTREAM_SERVICE_ERROR',
    `${subject} could not ${purpose} within ${timeoutMs} ms: check that its server runs, then ` +
      'try again',
    { cause },
  );
}

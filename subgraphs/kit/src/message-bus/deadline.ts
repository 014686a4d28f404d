import { type RetryOptions, retryWhileAway } from '@plaza/pub-sub/deadline';
import { AppError } from '@plaza/schema/errors';

/** Repeats work while the server of the message bus is away. Rejects as `retryWhileAway`. */
export function retryWhileBusAway<T>(
  options: Omit<RetryOptions, 'subject'>,
  work: (remainingMs: number) => Promise<T>,
): Promise<T> {
  return retryWhileAway({ ...options, subject: 'The message bus' }, work);
}

/** For a call on a bus that is closed or closing. */
export function closedError(): AppError {
  return new AppError('DOWNSTREAM_SERVICE_ERROR', 'The message bus is closed: open another');
}

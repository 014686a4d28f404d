import { AppError } from '@plaza/schema/errors';

/** A signal that must be disposed of, so that no timer outlives its request. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** Aborts with GATEWAY_TIMEOUT when the time is over, or as the outer signal does if that is first. */
export function startDeadline(outer: AbortSignal, timeoutMs: number): Deadline {
  const controller = new AbortController();
  const onOuterAbort = (): void => {
    clearTimeout(timer);
    controller.abort(outer.reason);
  };
  const timer = setTimeout(() => {
    const message = `The operation did not end within ${timeoutMs} ms (requestTimeoutMs)`;
    controller.abort(new AppError('GATEWAY_TIMEOUT', message));
  }, timeoutMs);
  if (outer.aborted) onOuterAbort();
  else outer.addEventListener('abort', onOuterAbort, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', onOuterAbort);
    },
  };
}

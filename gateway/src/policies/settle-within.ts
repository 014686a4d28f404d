/** Rejects when the work takes longer, whether or not it looks at its signal. */
export async function settleWithin<Result>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Result | Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new Error(`It took more than ${timeoutMs} ms`);
    // Before the signal, at which the work may end as if it were in time.
    late.reject(reason);
    controller.abort(reason);
  }, timeoutMs);
  try {
    return await Promise.race([work(controller.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Resolves when what has come in meanwhile has had its turn: requests, answers, timers. A single
 * `setImmediate` runs before the event loop looks for any of them.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}

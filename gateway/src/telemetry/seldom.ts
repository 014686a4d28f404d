/**
 * The same function, called at most once in so many milliseconds: for warnings about what happens with
 * every request as long as it lasts. Calls in between are dropped.
 */
export function seldom<Arguments extends readonly unknown[]>(
  intervalMs: number,
  tell: (...told: Arguments) => void,
): (...told: Arguments) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (...told) => {
    const now = performance.now();
    if (now - toldMs < intervalMs) return;
    toldMs = now;
    tell(...told);
  };
}

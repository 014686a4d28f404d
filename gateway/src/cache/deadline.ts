/**
 * Calls back after so long, unless the function that it returns is called before. What has arrived by
 * then is read first: when this process was busy, the other side is not late.
 */
export function startDeadline(timeoutMs: number, onLate: () => void): () => void {
  let afterReading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    afterReading = setImmediate(onLate);
  }, timeoutMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(afterReading);
  };
}

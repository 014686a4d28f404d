const firstDelayMs = 500;

/** Wait before a worker is started again: none after the first crash, then twice as long each time. */
export function restartDelayMs(crashesInRow: number, maxMs: number): number {
  if (crashesInRow <= 1) return 0;
  return Math.min(maxMs, firstDelayMs * 2 ** Math.min(crashesInRow - 2, 20));
}

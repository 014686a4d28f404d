/** The first failure costs this much waiting, each further one twice as much. */
const firstDelayMs = 1_000;
/** Nobody waits longer, however often somebody failed. */
const delayMaxMs = 15 * 60_000;

/** How long to wait after so many failures in a row: 0, 1, 2, 4 ... seconds, 15 minutes at most. */
export function delayAfterMs(failures: number): number {
  if (failures <= 0) return 0;
  return Math.min(firstDelayMs * 2 ** Math.min(failures - 1, 20), delayMaxMs);
}

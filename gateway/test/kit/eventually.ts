import { setTimeout as sleep } from 'node:timers/promises';

const turnMs = 5;

/** Resolves when the condition holds: for what nobody tells of. The test's own timeout ends it. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(turnMs);
}

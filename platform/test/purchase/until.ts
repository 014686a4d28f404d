import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 100;
const defaultTimeoutMs = 30_000;

/** The first answer that is not undefined. Rejects with what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  timeoutMs = defaultTimeoutMs,
): Promise<T> {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > endsAt) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await delay(pollMs);
  }
}

/** How long an access token is good for: nobody can take it back before. */
export const tokenLifetimeMs = 15 * 60_000;
/**
 * A new key is published for so long before it signs: longer than verifiers keep the key set
 * (JWKS_CACHE_MS, 10 minutes unless set), so that none meets a token whose key it has not seen.
 */
export const publishLeadMs = 15 * 60_000;
/** Clocks differ and replicas notice a new key a few seconds late. */
const slackMs = 2 * 60_000;

export interface ScheduledKey {
  readonly id: string;
  readonly activatesAt: Date;
}

export interface KeySchedule<Key> {
  /** What signs now. */
  readonly active: Key;
  /** What verifiers must know: keys to come, the active one, and those whose tokens may still live. */
  readonly published: readonly Key[];
}

/** Tells what each key is for at a moment. Throws when no key is active. */
export function toKeySchedule<Key extends ScheduledKey>(
  keys: readonly Key[],
  now: number,
): KeySchedule<Key> {
  const newestFirst = keys.toSorted(
    (a, b) => b.activatesAt.getTime() - a.activatesAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  const activeIndex = newestFirst.findIndex((key) => key.activatesAt.getTime() <= now);
  const active = newestFirst[activeIndex];
  if (active === undefined) throw new Error('There is no active signing key');
  const published = newestFirst.filter((_key, index) => {
    if (index <= activeIndex) return true;
    const supersededAt = newestFirst[index - 1]?.activatesAt.getTime() ?? 0;
    return supersededAt + tokenLifetimeMs + slackMs > now;
  });
  return { active, published };
}

import type { InvalidationLog, LogPosition } from '../../src/cache/invalidation-log.ts';
import { createRandom } from '../oracle/random.ts';

const tagCount = 12;
const invalidationsMax = 5;
/** Steps that are under way together. */
const width = 8;
const rememberedMax = 60;

interface Invalidation {
  readonly tags: readonly string[];
  readonly startedAt: number;
  acknowledgedAt: number;
}

interface Remembered {
  readonly tags: readonly string[];
  readonly position: LogPosition;
  readonly at: number;
  /** When the log was asked to catch up that had done so last. */
  readonly knownAt: number;
}

/** A log, and when it was asked what it knows now. */
interface Process {
  readonly log: InvalidationLog;
  knownAt: number;
}

/**
 * Takes random steps, several at a time, and compares what the logs say with what they must say, and
 * must not. Time is the number of things that have happened. Resolves with what was wrong.
 */
export async function testAgainstModel(
  logs: readonly InvalidationLog[],
  { steps, seed }: { readonly steps: number; readonly seed: number },
): Promise<string[]> {
  const random = createRandom(seed);
  const processes: readonly Process[] = logs.map((log) => ({ log, knownAt: 0 }));
  const invalidations: Invalidation[] = [];
  const remembered: Remembered[] = [];
  const wrong: string[] = [];
  let now = 0;
  const tick = (): number => {
    now += 1;
    return now;
  };
  const someTags = (): string[] =>
    Array.from({ length: 1 + random.below(3) }, () => `tag ${random.below(tagCount)}`);

  const invalidate = async ({ log }: Process): Promise<void> => {
    const invalidation = {
      tags: someTags(),
      startedAt: tick(),
      acknowledgedAt: Number.POSITIVE_INFINITY,
    };
    invalidations.push(invalidation);
    await log.invalidate(invalidation.tags);
    invalidation.acknowledgedAt = tick();
  };
  const remember = ({ log, knownAt }: Process): void => {
    remembered.push({ tags: someTags(), position: log.position(), at: tick(), knownAt });
    if (remembered.length > rememberedMax) remembered.splice(random.below(10), 1);
  };
  const look = async (process: Process): Promise<void> => {
    const askedAt = tick();
    if (!(await process.log.catchUp())) throw new Error('The log cannot be told');
    process.knownAt = Math.max(process.knownAt, askedAt);
    for (const entry of remembered) {
      const about = invalidations.filter(({ tags }) =>
        tags.some((tag) => entry.tags.includes(tag)),
      );
      const mustBeOld = about.some(
        ({ startedAt, acknowledgedAt }) => startedAt > entry.at && acknowledgedAt < askedAt,
      );
      const mayBeOld = about.some(({ acknowledgedAt }) => acknowledgedAt > entry.knownAt);
      const isCurrent = process.log.isCurrent(entry.position, entry.tags);
      if (isCurrent && mustBeOld) wrong.push(`${now}: ${JSON.stringify(entry)} is served`);
      if (!isCurrent && !mayBeOld) wrong.push(`${now}: ${JSON.stringify(entry)} is not served`);
    }
  };

  for (let step = 0; step < steps; step += width) {
    await Promise.all(
      Array.from({ length: width }, () => {
        const process = random.oneOf(processes);
        if (random.chance(0.2)) return invalidate(process);
        return random.chance(0.5) ? remember(process) : look(process);
      }),
    );
    // What is older than all that is remembered decides nothing any more.
    const oldest = Math.min(...remembered.map(({ knownAt }) => knownAt));
    while ((invalidations[0]?.acknowledgedAt ?? Number.POSITIVE_INFINITY) < oldest)
      invalidations.shift();
  }
  return wrong.slice(0, invalidationsMax);
}

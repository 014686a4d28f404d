import { setTimeout as delay } from 'node:timers/promises';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import { seedEvents } from './seed/seed-events.ts';
import { SeedCounter, seedId } from './seed/seed-ids.ts';
import { seedOrders } from './seed/seed-orders.ts';
import { seedVenues } from './seed/seed-venues.ts';
import { referenceDayOf } from './seed/venue-clock.ts';

/** How long filling an empty database may take; it needs two seconds on two idle cores. */
const seedTimeoutMs = 120_000;
/** Pause between two looks at a database that another process is filling. */
const retryDelayMs = 200;
/** Any number that no other advisory lock of ours uses. */
const seedLock = 72707371;

/**
 * Fills an empty database with the demonstration data, around the day of `now`; one that has them
 * stays as it is. All or nothing; of two that start together one waits for the other.
 */
export async function seedDatabase(database: PrismaClient, now: Date): Promise<void> {
  const giveUpAt = performance.now() + seedTimeoutMs;
  while (performance.now() < giveUpAt) {
    const isDone = await database.$transaction((transaction) => fillOnce(transaction, now), {
      timeout: seedTimeoutMs,
    });
    if (isDone) return;
    await delay(retryDelayMs);
  }
  throw new Error(`Another process has been filling the database for ${seedTimeoutMs} ms`);
}

/** False while another process fills the database. */
async function fillOnce(transaction: Prisma.TransactionClient, now: Date): Promise<boolean> {
  // Not the lock that waits: a long wait would end in the statement timeout.
  const [lock] = await transaction.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${seedLock}) AS taken`;
  if (lock?.taken !== true) return false;
  const stadium = await transaction.venue.findUnique({ where: { id: seedId('venue', 1) } });
  if (stadium !== null) return true;
  const ids = new SeedCounter();
  const day = referenceDayOf(now);
  const venues = await seedVenues(transaction, ids);
  const schedules = await seedEvents(transaction, { day, ids, venues });
  await seedOrders(transaction, { now, day, ids, schedules });
  await transaction.$executeRaw`ANALYZE`;
  return true;
}

import type { PrismaClient } from './generated/prisma/client.ts';
import { seedEvents } from './seed/seed-events.ts';
import { SeedCounter, seedId } from './seed/seed-ids.ts';
import { seedOrders } from './seed/seed-orders.ts';
import { seedVenues } from './seed/seed-venues.ts';
import { referenceDayOf } from './seed/venue-clock.ts';

/** How long filling an empty database may take; it needs about three seconds on two cores. */
const seedTimeoutMs = 60_000;
/** Any number that no other advisory lock of ours uses. */
const seedLock = 72707371;

export async function seedDatabase(database: PrismaClient, now: Date): Promise<void> {
  await database.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${seedLock})`;
      const stadium = await transaction.venue.findUnique({ where: { id: seedId('venue', 1) } });
      if (stadium !== null) return;
      const ids = new SeedCounter();
      const day = referenceDayOf(now);
      const venues = await seedVenues(transaction, ids);
      const schedules = await seedEvents(transaction, { day, ids, venues });
      await seedOrders(transaction, { now, day, ids, schedules });
    },
    { timeout: seedTimeoutMs },
  );
}

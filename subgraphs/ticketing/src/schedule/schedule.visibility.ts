import type { TicketingContext } from '../context.ts';
import type { Schedule } from '../generated/prisma/client.ts';

/** SQL condition on schedules that the public may see at the instant. */
export function publishedScheduleSql(now: Date): string {
  return `published_at <= timestamptz '${now.toISOString()}'`;
}

/**
 * The performance if the viewer may see it, else null: staff always, the public once it and its
 * event are published.
 */
export async function visibleSchedule(
  schedule: Schedule | undefined,
  { canSeeDrafts, loaders, now }: TicketingContext,
): Promise<Schedule | null> {
  if (schedule === undefined) return null;
  if (canSeeDrafts) return schedule;
  if (schedule.publishedAt === null || schedule.publishedAt > now) return null;
  const event = await loaders.eventById.load(schedule.eventId);
  return event?.publishedAt == null ? null : schedule;
}

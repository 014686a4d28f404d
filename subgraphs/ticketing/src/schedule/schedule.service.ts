import type { TicketingContext } from '../context.ts';
import type { Schedule, Venue } from '../generated/prisma/client.ts';

/** The venue of the performance's event. */
export async function venueOfSchedule(
  { id, eventId }: Schedule,
  { loaders }: Pick<TicketingContext, 'loaders'>,
): Promise<Venue> {
  const event = await loaders.eventById.load(eventId);
  const venue = event && (await loaders.venueById.load(event.venueId));
  if (venue === undefined) throw new Error(`Schedule ${id} has no venue`);
  return venue;
}

import type { Representation } from '@plaza/kit/federated-schema';
import type { TicketingContext } from '../context.ts';
import type { Venue } from '../generated/prisma/client.ts';

/** Venues are public. */
export async function resolveVenueReference(
  { id }: Representation,
  { loaders }: TicketingContext,
): Promise<Venue | null> {
  return (await loaders.venueById.load(id)) ?? null;
}

import type { Representation } from '@plaza/kit/federated-schema';
import type { TicketingContext } from '../context.ts';
import type { Event } from '../generated/prisma/client.ts';
import { visibleEvent } from './event.service.ts';

/** The event, or null if the viewer may not see it. */
export async function resolveEventReference(
  { id }: Representation,
  ctx: TicketingContext,
): Promise<Event | null> {
  return visibleEvent(await ctx.loaders.eventById.load(id), ctx);
}

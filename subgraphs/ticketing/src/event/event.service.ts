import { requireScope } from '@plaza/kit/auth/viewer';
import type { Connection } from '@plaza/kit/pagination/connection.type';
import { readPage } from '@plaza/kit/pagination/keyset';
import { parseInput } from '@plaza/kit/parse-input';
import type { TicketingContext } from '../context.ts';
import type { Event } from '../generated/prisma/client.ts';
import { loadSqlPage } from '../sql-page.ts';
import { type EventsArgs, eventFilterSchema } from './event.input.ts';
import { eventListSql, eventOrders } from './event.queries.ts';

/** States in which an event can be public. */
const publicStatuses: readonly string[] = ['PUBLISHED', 'CANCELLED'];

/** The event if the viewer may see it, else null: public since its publication, to staff always. */
export function visibleEvent(
  event: Event | null | undefined,
  { canSeeDrafts }: TicketingContext,
): Event | null {
  if (event == null) return null;
  return canSeeDrafts || event.publishedAt !== null ? event : null;
}

/**
 * One page of events. Throws BAD_USER_INPUT, and UNAUTHENTICATED or FORBIDDEN when states before
 * publication are asked for without the scope.
 */
export function listEvents(args: EventsArgs, ctx: TicketingContext): Promise<Connection<Event>> {
  const filter = parseInput(eventFilterSchema, args.filter ?? {});
  if (filter.statuses?.some((status) => !publicStatuses.includes(status))) {
    requireScope(ctx, 'event:write');
  }
  const page = readPage(args, eventOrders[args.orderBy]);
  const list = eventListSql(filter, ctx);
  return loadSqlPage(ctx.database, { list, page, byId: ctx.loaders.eventById });
}

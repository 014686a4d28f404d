import type { Connection } from '@plaza/kit/pagination/connection.type';
import { type KeysetOrder, readPage } from '@plaza/kit/pagination/keyset';
import { parseInput } from '@plaza/kit/parse-input';
import type { TicketingContext } from '../context.ts';
import { Prisma, type Venue } from '../generated/prisma/client.ts';
import { loadSqlPage } from '../sql-page.ts';
import { type VenuesArgs, venueFilterSchema } from './venue.input.ts';

const byName: KeysetOrder = {
  fields: [
    { name: 'name', type: 'text' },
    { name: 'id', type: 'uuid' },
  ],
  direction: 'asc',
};

/** One page of venues by name. Throws BAD_USER_INPUT. */
export function listVenues(args: VenuesArgs, ctx: TicketingContext): Promise<Connection<Venue>> {
  const { city, type } = parseInput(venueFilterSchema, args.filter ?? {});
  const conditions = [Prisma.sql`true`];
  if (city != null) conditions.push(Prisma.sql`search_text(city) = search_text(${city})`);
  if (type != null) conditions.push(Prisma.sql`type = ${type}::venue_type`);
  const list = Prisma.sql`SELECT id, name FROM venues WHERE ${Prisma.join(conditions, ' AND ')}`;
  const page = readPage(args, byName);
  return loadSqlPage(ctx.database, { list, page, byId: ctx.loaders.venueById });
}

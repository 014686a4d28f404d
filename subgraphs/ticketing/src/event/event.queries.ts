import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import { Prisma } from '../generated/prisma/client.ts';
import type { LoaderScope } from '../loaders.ts';
import { publishedScheduleSql } from '../schedule/schedule.visibility.ts';
import type { EventOrder, ParsedEventFilter } from './event.input.ts';

/** Where events without a performance in the filter's dates stand: the end of time. */
const farFuture = '9999-12-31T00:00:00.000Z';

const id = { name: 'id', type: 'uuid' } as const;

/** The columns that a list of events is sorted by. */
export const eventOrders: Readonly<Record<EventOrder, KeysetOrder>> = {
  STARTS_FIRST: { fields: [{ name: 'startsAt', type: 'date' }, id], direction: 'asc' },
  NAME: { fields: [{ name: 'sortName', type: 'text' }, id], direction: 'asc' },
  NEWEST: { fields: [{ name: 'newestAt', type: 'date' }, id], direction: 'desc' },
};

/** Selects id and sort columns of the events that the filter leaves. */
export function eventListSql(filter: ParsedEventFilter, scope: LoaderScope): Prisma.Sql {
  return Prisma.sql`
    SELECT event.id,
      search_text(event.name) AS "sortName",
      coalesce(event.published_at, event.created_at) AS "newestAt",
      coalesce(first.starts_at, ${farFuture}::timestamptz) AS "startsAt"
    FROM events AS event
    JOIN venues AS venue ON venue.id = event.venue_id
    JOIN categories AS category ON category.id = event.category_id
    CROSS JOIN LATERAL (
      SELECT min(schedule.starts_at) AS starts_at FROM schedules AS schedule
      WHERE ${Prisma.join(scheduleConditions(filter, scope), ' AND ')}) AS first
    WHERE ${Prisma.join(eventConditions(filter, scope), ' AND ')}`;
}

function scheduleConditions(filter: ParsedEventFilter, scope: LoaderScope): Prisma.Sql[] {
  const conditions = [Prisma.sql`schedule.event_id = event.id`];
  if (!scope.canSeeDrafts) conditions.push(Prisma.raw(publishedScheduleSql(scope.now)));
  const { startsFrom, startsBefore } = filter;
  if (startsFrom != null) conditions.push(Prisma.sql`schedule.starts_at >= ${startsFrom}`);
  if (startsBefore != null) conditions.push(Prisma.sql`schedule.starts_at < ${startsBefore}`);
  return conditions;
}

function eventConditions(filter: ParsedEventFilter, scope: LoaderScope): Prisma.Sql[] {
  const statuses = filter.statuses ?? ['PUBLISHED'];
  const conditions = [Prisma.sql`event.status = ANY(${statuses}::event_status[])`];
  if (!scope.canSeeDrafts) conditions.push(Prisma.sql`event.published_at IS NOT NULL`);
  if (filter.search != null) conditions.push(searchCondition(filter.search));
  if (filter.category != null) conditions.push(Prisma.sql`category.slug = ${filter.category}`);
  if (filter.city != null) {
    conditions.push(Prisma.sql`search_text(venue.city) = search_text(${filter.city})`);
  }
  if (filter.venueId != null) {
    conditions.push(Prisma.sql`event.venue_id = ${filter.venueId}::uuid`);
  }
  if (filter.startsFrom != null || filter.startsBefore != null) {
    conditions.push(Prisma.sql`first.starts_at IS NOT NULL`);
  }
  return conditions;
}

/** Contains the text, or is like it by trigrams; the expression is that of events_search_idx. */
function searchCondition(search: string): Prisma.Sql {
  const searched = Prisma.sql`search_text(event.name || ' ' || coalesce(event.subtitle, ''))`;
  const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return Prisma.sql`(${searched} LIKE search_text(${pattern})
    OR search_text(${search}) <% ${searched})`;
}

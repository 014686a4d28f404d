import { batchByKey } from '@plaza/kit/batch-by-key';
import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import { createChildConnectionLoader } from '../child-connection.ts';
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts';
import type { LoaderScope } from '../loaders.ts';
import { publishedScheduleSql } from './schedule.visibility.ts';

const byStart: KeysetOrder = {
  fields: [
    { name: 'startsAt', type: 'date' },
    { name: 'id', type: 'uuid' },
  ],
  direction: 'asc',
};

export function createScheduleLoaders(database: PrismaClient, { now, canSeeDrafts }: LoaderScope) {
  const published = publishedScheduleSql(now);
  const scheduleById = batchByKey({
    load: (ids) => database.schedule.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  return {
    /** Any performance, visible or not: ask `visibleSchedule` before a client gets it. */
    scheduleById,
    schedulesOfEvent: createChildConnectionLoader(database, {
      table: `(SELECT id, event_id, starts_at AS "startsAt", published_at FROM schedules)
        AS schedule`,
      keyColumn: 'event_id',
      order: byStart,
      byId: scheduleById,
      ...(!canSeeDrafts && { condition: published }),
    }),
    nextScheduleOfEvent: batchByKey({
      async load(eventIds) {
        const next = await database.$queryRaw<{ id: string }[]>`
          SELECT DISTINCT ON (event_id) id FROM schedules
          WHERE event_id = ANY(${eventIds}::uuid[])
            AND starts_at > ${now} AND ${Prisma.raw(published)}
          ORDER BY event_id, starts_at, id`;
        const schedules = await Promise.all(next.map(({ id }) => scheduleById.load(id)));
        return schedules.filter((schedule) => schedule !== undefined);
      },
      keyOf: ({ eventId }) => eventId,
    }),
  };
}

import { batchByKey } from '@plaza/kit/batch-by-key';
import type { PrismaClient } from '../generated/prisma/client.ts';

export interface CountOfKey {
  readonly key: string;
  readonly count: number;
}

export function createVenueLoaders(database: PrismaClient) {
  return {
    venueById: batchByKey({
      load: (ids) => database.venue.findMany({ where: { id: { in: ids } } }),
      keyOf: ({ id }) => id,
    }),
    seatCountByVenue: batchByKey({
      load: (ids) => database.$queryRaw<CountOfKey[]>`
        SELECT section.venue_id AS key, count(*)::int AS count
        FROM sections AS section JOIN seats AS seat ON seat.section_id = section.id
        WHERE section.venue_id = ANY(${ids}::uuid[])
        GROUP BY 1`,
      keyOf: ({ key }) => key,
    }),
  };
}

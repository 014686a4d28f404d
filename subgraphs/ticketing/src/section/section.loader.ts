import { batchByKey } from '@plaza/kit/batch-by-key';
import { byPosition } from '../by-position.ts';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { CountOfKey } from '../venue/venue.loader.ts';

export function createSectionLoaders(database: PrismaClient) {
  const sectionById = batchByKey({
    load: (ids) => database.section.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  const list = { order: byPosition, byId: sectionById };
  return {
    sectionById,
    sectionsOfVenue: createChildConnectionLoader(database, {
      ...list,
      table: 'sections',
      keyColumn: 'venue_id',
    }),
    sectionsOfZone: createChildConnectionLoader(database, {
      ...list,
      table: 'sections',
      keyColumn: 'zone_id',
    }),
    sectionsOfGate: createChildConnectionLoader(database, {
      ...list,
      table: `(SELECT rule.gate_id, section.id, section.position
        FROM gate_access_rules AS rule
        JOIN sections AS section ON section.id = rule.section_id) AS admitted`,
      keyColumn: 'gate_id',
    }),
    seatCountBySection: batchByKey({
      load: (ids) => database.$queryRaw<CountOfKey[]>`
        SELECT section_id AS key, count(*)::int AS count
        FROM seats WHERE section_id = ANY(${ids}::uuid[]) GROUP BY 1`,
      keyOf: ({ key }) => key,
    }),
  };
}

import { batchByKey } from '@plaza/kit/batch-by-key';
import { byPosition } from '../by-position.ts';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

export function createGateLoaders(database: PrismaClient) {
  const gateById = batchByKey({
    load: (ids) => database.gate.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  const list = { order: byPosition, byId: gateById };
  return {
    gatesOfVenue: createChildConnectionLoader(database, {
      ...list,
      table: 'gates',
      keyColumn: 'venue_id',
    }),
    gatesOfSection: createChildConnectionLoader(database, {
      ...list,
      table: `(SELECT rule.section_id, gate.id, gate.position
        FROM gate_access_rules AS rule JOIN gates AS gate ON gate.id = rule.gate_id) AS admitting`,
      keyColumn: 'section_id',
    }),
  };
}

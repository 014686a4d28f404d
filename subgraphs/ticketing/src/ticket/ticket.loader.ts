import { batchByKey } from '@plaza/kit/batch-by-key';
import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { loadScheduleMasters } from '../ticket-key/ticket-keys.ts';

const byId: KeysetOrder = { fields: [{ name: 'id', type: 'uuid' }], direction: 'asc' };

const latestFirst: KeysetOrder = {
  fields: [
    { name: 'createdAt', type: 'date' },
    { name: 'id', type: 'uuid' },
  ],
  direction: 'desc',
};

export function createTicketLoaders(database: PrismaClient) {
  const ticketById = batchByKey({
    load: (ids) => database.ticket.findMany({ where: { id: { in: ids } } }),
    keyOf: ({ id }) => id,
  });
  return {
    /** Any ticket: ask `visibleTicket` before a client gets it. */
    ticketById,
    ticketsOfOrder: createChildConnectionLoader(database, {
      table: 'tickets',
      keyColumn: 'order_id',
      order: byId,
      byId: ticketById,
    }),
    ticketsOfHolder: createChildConnectionLoader(database, {
      table: '(SELECT id, holder_id, created_at AS "createdAt" FROM tickets) AS held',
      keyColumn: 'holder_id',
      order: latestFirst,
      byId: ticketById,
    }),
    ticketMasterOfSchedule: batchByKey({
      load: (ids) => loadScheduleMasters(database, ids),
      keyOf: ({ scheduleId }) => scheduleId,
    }),
  };
}

import { batchByKey } from '@plaza/kit/batch-by-key';
import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import { createChildConnectionLoader } from '../child-connection.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

const byId: KeysetOrder = { fields: [{ name: 'id', type: 'uuid' }], direction: 'asc' };

export function createTicketLoaders(database: PrismaClient) {
  const ticketById = batchByKey({
    // The private token stays in the database: no resolver can leak what was never read.
    load: (ids) =>
      database.ticket.findMany({ where: { id: { in: ids } }, omit: { privateToken: true } }),
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
  };
}

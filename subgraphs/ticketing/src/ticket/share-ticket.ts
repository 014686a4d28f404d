import { requireScope, requireViewer } from '@plaza/kit/auth/viewer';
import { AppError } from '@plaza/schema/errors';
import { recordAudit } from '../audit/record-audit.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Prisma, Ticket } from '../generated/prisma/client.ts';
import { announceTicket } from '../live/announce.ts';
import { toTicketChanged } from '../order/settle-order.ts';
import type { TicketChangeResult } from './ticket-result.type.ts';

/** A code carries the generation in two bytes. */
const generationMax = 65_535;

/**
 * Makes another person the holder of a ticket that the viewer owns and holds: the codes that the viewer
 * has seen are dead. Identity owns e-mail addresses, so the person is named by id. Throws
 * UNAUTHENTICATED, or BAD_USER_INPUT for who does not own it, or for sharing with oneself.
 */
export async function shareTicket(
  { ticketId, userId }: { readonly ticketId: string; readonly userId: string },
  ctx: TicketingContext,
): Promise<TicketChangeResult> {
  const ownerId = requireViewer(ctx).userId;
  if (userId === ownerId) {
    throw new AppError('BAD_USER_INPUT', 'A ticket is shared with somebody else', {
      details: { field: 'userId' },
    });
  }
  await requireOwned(ticketId, ownerId, ctx);
  const where = { id: ticketId, ownerId, holderId: ownerId, isDigital: true };
  return changeTicket({ ...{ where, action: 'ticket.shared' }, data: { holderId: userId } }, ctx);
}

/**
 * Takes a shared ticket back: only who shared it can. Throws UNAUTHENTICATED, or BAD_USER_INPUT for who
 * does not own it.
 */
export async function unshareTicket(
  ticketId: string,
  ctx: TicketingContext,
): Promise<TicketChangeResult> {
  const ownerId = requireViewer(ctx).userId;
  await requireOwned(ticketId, ownerId, ctx);
  const where = { id: ticketId, ownerId, NOT: { holderId: ownerId } };
  return changeTicket({ where, data: { holderId: ownerId }, action: 'ticket.unshared' }, ctx);
}

/**
 * Makes every code of a ticket dead and new ones valid, on paper or on a screen. Throws UNAUTHENTICATED;
 * FORBIDDEN without the scope order:write; BAD_USER_INPUT for a screen without an account.
 */
export async function reissueTicket(
  { ticketId, isDigital }: { readonly ticketId: string; readonly isDigital: boolean | null },
  ctx: TicketingContext,
): Promise<TicketChangeResult> {
  requireScope(ctx, 'order:write');
  const ticket = await ctx.loaders.ticketById.load(ticketId);
  if (ticket === undefined) throw noSuchTicket();
  if (isDigital === true && ticket.holderId === null) {
    throw new AppError('BAD_USER_INPUT', 'A ticket without a holder can only be on paper', {
      details: { field: 'isDigital' },
    });
  }
  const data = isDigital === null ? {} : { isDigital };
  return changeTicket({ where: { id: ticketId }, data, action: 'ticket.reissued' }, ctx);
}

interface TicketChange {
  readonly where: Prisma.TicketWhereInput & { readonly id: string };
  readonly data: Pick<Prisma.TicketUncheckedUpdateManyInput, 'holderId' | 'isDigital'>;
  readonly action: 'ticket.shared' | 'ticket.unshared' | 'ticket.reissued';
}

/** One guarded update raises the generation; whoever is late finds another holder or state. */
async function changeTicket(
  { where, data, action }: TicketChange,
  ctx: TicketingContext,
): Promise<TicketChangeResult> {
  const { id } = where;
  const changed = await ctx.transactions.run(async (work) => {
    const [before] = await work.tx.$queryRaw<Pick<Ticket, 'holderId' | 'generation'>[]>`
      SELECT holder_id AS "holderId", generation FROM tickets WHERE id = ${id}::uuid FOR UPDATE`;
    const [ticket] = await work.tx.ticket.updateManyAndReturn({
      where: { ...where, status: 'ISSUED', generation: { lt: generationMax } },
      data: { ...data, generation: { increment: 1 } },
    });
    if (before === undefined || ticket === undefined) return undefined;
    const type = action === 'ticket.reissued' ? 'ticket.reissued' : 'ticket.transferred';
    work.send(type, toTicketChanged(ticket, before.holderId));
    announceTicket(work, ticket, before.holderId);
    await recordAudit(work.tx, {
      ...{ actor: actorOf(ctx), at: ctx.now, action, entityType: 'Ticket', entityId: id },
      before: { holderId: before.holderId, generation: before.generation },
      after: { holderId: ticket.holderId, generation: ticket.generation },
    });
    return ticket;
  });
  if (changed !== undefined) return { ...changed, __typename: 'Ticket' };
  const { status } = await ctx.database.ticket.findUniqueOrThrow({ where: { id } });
  return { __typename: 'TicketNotChangeable', status };
}

/** Whether somebody else's ticket exists is nobody's business. */
async function requireOwned(id: string, ownerId: string, ctx: TicketingContext): Promise<void> {
  const ticket = await ctx.loaders.ticketById.load(id);
  if (ticket === undefined || ticket.ownerId !== ownerId) throw noSuchTicket();
}

function noSuchTicket(): AppError {
  return new AppError('BAD_USER_INPUT', 'You have no ticket with this id', {
    details: { field: 'ticketId' },
  });
}

import type { TicketingContext } from '../context.ts';
import { entryAfterMs, entryBeforeMs } from '../schedule/entry-window.ts';
import { deriveTicketSecret } from '../ticket-code/rotating-code.ts';
import { signTicketCode } from '../ticket-code/sign-ticket-code.ts';
import type { TicketRow } from './ticket.service.ts';

/**
 * The signed code of a valid ticket, for its holder; of a ticket on paper also for the scope
 * order:write, which prints it. Null for everybody else, and for any other state. It is valid for the
 * whole entry window of the performance; gates apply the times of the day on their own.
 */
export async function entryCodeOf(
  ticket: TicketRow,
  ctx: TicketingContext,
): Promise<string | null> {
  const canPrint = !ticket.isDigital && (ctx.viewer?.scopes.has('order:write') ?? false);
  if (ticket.status !== 'ISSUED' || !(isHolder(ticket, ctx) || canPrint)) return null;
  const [schedule, section] = await Promise.all([
    ctx.loaders.scheduleById.load(ticket.scheduleId),
    ctx.loaders.sectionById.load(ticket.sectionId),
  ]);
  if (schedule === undefined || section === undefined) {
    throw new Error(`Ticket ${ticket.id} has no performance or section`);
  }
  return signTicketCode(
    {
      ticketId: ticket.id,
      scheduleId: ticket.scheduleId,
      sectionPosition: section.position,
      gatePositions: [], // gates look the section up in the venue's current rule
      generation: ticket.generation,
      notBeforeSeconds: toSeconds(schedule.startsAt, -entryBeforeMs),
      notAfterSeconds: toSeconds(schedule.startsAt, entryAfterMs),
      isDigital: ticket.isDigital,
    },
    ctx.ticketKeys.active,
  );
}

/** What the holder's app makes the rotating part with; null for everybody else, and on paper. */
export async function rotatingSecretOf(
  ticket: TicketRow,
  ctx: TicketingContext,
): Promise<string | null> {
  if (ticket.status !== 'ISSUED' || !ticket.isDigital || !isHolder(ticket, ctx)) return null;
  const found = await ctx.loaders.ticketMasterOfSchedule.load(ticket.scheduleId);
  if (found === undefined) throw new Error(`Schedule ${ticket.scheduleId} has no ticket master`);
  const { id: ticketId, scheduleId, generation } = ticket;
  const secret = deriveTicketSecret(found.master, { scheduleId, ticketId, generation });
  return secret.toString('base64url');
}

function isHolder({ holderId }: TicketRow, { viewer }: TicketingContext): boolean {
  return viewer !== undefined && holderId === viewer.userId;
}

function toSeconds(at: Date, offsetMs: number): number {
  return Math.floor((at.getTime() + offsetMs) / 1_000);
}

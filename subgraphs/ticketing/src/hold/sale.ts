import { AppError } from '@plaza/schema/errors';
import type { TicketingContext } from '../context.ts';
import type { Event, Prisma, PrismaClient, Schedule } from '../generated/prisma/client.ts';
import { type Price, priceOfSection } from '../price-list/price-list.service.ts';
import { type SalePhase, salePhaseOf } from '../schedule/sale-phase.ts';
import { visibleSchedule } from '../schedule/schedule.visibility.ts';

/** A performance with the event that it belongs to. */
export interface Sale {
  readonly schedule: Schedule;
  readonly event: Event;
}

/** A seat with the labels and the price that its ticket will carry. */
export interface PricedSeat {
  readonly id: string;
  readonly sectionId: string;
  readonly sectionLabel: string;
  readonly rowLabel: string;
  readonly seatLabel: string;
  readonly price: Price;
}

interface SectionOfSeat {
  readonly zoneId: string;
}

/** The performance that the viewer can see. Throws BAD_USER_INPUT if there is none. */
export async function requireSale(scheduleId: string, ctx: TicketingContext): Promise<Sale> {
  const found = await ctx.loaders.scheduleById.load(scheduleId);
  const schedule = await visibleSchedule(found, ctx);
  const event = schedule && (await ctx.loaders.eventById.load(schedule.eventId));
  if (schedule === null || event == null) {
    throw new AppError('BAD_USER_INPUT', 'There is no performance with this scheduleId', {
      details: { field: 'scheduleId' },
    });
  }
  return { schedule, event };
}

/** Where the sale stands; ended for a called-off event, not begun for one that is not published. */
export function phaseOfSale({ schedule, event }: Sale, now: Date): SalePhase {
  if (event.status === 'CANCELLED') return 'ENDED';
  return event.status === 'PUBLISHED' ? salePhaseOf(schedule, now) : 'BEFORE_SALE';
}

/**
 * The seats with their prices now, in the order of the ids. Throws BAD_USER_INPUT that names a seat
 * which is not in the performance's venue or has no price there.
 */
export async function requirePricedSeats(
  database: PrismaClient | Prisma.TransactionClient,
  { schedule, event }: Sale,
  seatIds: readonly string[],
): Promise<PricedSeat[]> {
  const prices = await database.priceList.findFirst({
    where: { scheduleId: schedule.id, status: 'ACTIVE' },
    include: { items: true },
  });
  const seats = await database.$queryRaw<(SectionOfSeat & Omit<PricedSeat, 'price'>)[]>`
    SELECT seat.id, section.id AS "sectionId", section.zone_id AS "zoneId",
      section.name AS "sectionLabel", seat_row.label AS "rowLabel", seat.number::text AS "seatLabel"
    FROM seats AS seat
    JOIN seat_rows AS seat_row ON seat_row.id = seat.row_id
    JOIN sections AS section ON section.id = seat.section_id
    WHERE seat.id = ANY(${seatIds}::uuid[]) AND section.venue_id = ${event.venueId}::uuid
    ORDER BY seat.id`;
  const priced = seats.flatMap(({ zoneId, ...seat }) => {
    const price = prices && priceOfSection(prices, { id: seat.sectionId, zoneId });
    return price === null ? [] : [{ ...seat, price }];
  });
  const missing = seatIds.find((seatId) => !priced.some(({ id }) => id === seatId));
  if (missing === undefined) return priced;
  throw new AppError('BAD_USER_INPUT', `Seat ${missing} is not for sale in this performance`, {
    details: { field: 'seatIds' },
  });
}

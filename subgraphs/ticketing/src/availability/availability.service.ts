import type { Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { mapConnection } from '../child-connection.ts';
import type { TicketingContext } from '../context.ts';
import type { Schedule } from '../generated/prisma/client.ts';
import { type Price, priceOfSection } from '../price-list/price-list.service.ts';
import { venueOfSchedule } from '../schedule/schedule.service.ts';
import type { TakenCounts } from './availability.loader.ts';
import type { ScheduleSeat } from './schedule-seat.type.ts';
import type { SeatCounts } from './seat-counts.type.ts';
import type { SectionAvailability } from './section-availability.type.ts';

/** All seats of the venue by their state in the performance. */
export async function countSeatsOfSchedule(
  schedule: Schedule,
  { loaders }: TicketingContext,
): Promise<SeatCounts> {
  const venue = await venueOfSchedule(schedule, { loaders });
  const [seats, taken] = await Promise.all([
    loaders.seatCountByVenue.load(venue.id),
    loaders.takenCountsOfSchedule.load(schedule.id),
  ]);
  return toSeatCounts(seats?.count ?? 0, taken ?? { held: 0, booked: 0 });
}

/** The seats of one section by their state in the performance. */
export async function countSeatsOfSection(
  { scheduleId, section }: SectionAvailability,
  { loaders }: TicketingContext,
): Promise<SeatCounts> {
  const [seats, taken] = await Promise.all([
    loaders.seatCountBySection.load(section.id),
    loaders.takenCountsOfSection.load({ scheduleId, placeId: section.id }),
  ]);
  return toSeatCounts(seats?.count ?? 0, taken);
}

function toSeatCounts(total: number, { held, booked }: TakenCounts): SeatCounts {
  return { total, held, booked, free: total - held - booked };
}

/** The sections of the performance's venue, in the venue's order. */
export async function availableSections(
  schedule: Schedule,
  args: ConnectionArgs,
  { loaders }: TicketingContext,
): Promise<Connection<SectionAvailability>> {
  const venue = await venueOfSchedule(schedule, { loaders });
  const sections = await loaders.sectionsOfVenue.load({ key: venue.id, args });
  return mapConnection(sections, (section) => ({ scheduleId: schedule.id, section }));
}

/** One section of the performance's venue; null if the section is none of it. */
export async function availableSection(
  schedule: Schedule,
  sectionId: string,
  { loaders }: TicketingContext,
): Promise<SectionAvailability | null> {
  const [venue, section] = await Promise.all([
    venueOfSchedule(schedule, { loaders }),
    loaders.sectionById.load(sectionId),
  ]);
  return section?.venueId === venue.id ? { scheduleId: schedule.id, section } : null;
}

/** What a seat of the section costs in the performance; null if the section is not for sale. */
export async function priceOfAvailability(
  { scheduleId, section }: SectionAvailability,
  { loaders }: TicketingContext,
): Promise<Price | null> {
  const prices = await loaders.activePriceListOfSchedule.load(scheduleId);
  return prices === undefined ? null : priceOfSection(prices, section);
}

/** The section's seats row by row, to be shown with their state. */
export async function seatsOfAvailability(
  { scheduleId, section }: SectionAvailability,
  args: ConnectionArgs,
  { loaders }: TicketingContext,
): Promise<Connection<ScheduleSeat>> {
  const seats = await loaders.seatsOfSection.load({ key: section.id, args });
  return mapConnection(seats, (seat) => ({ scheduleId, seat }));
}

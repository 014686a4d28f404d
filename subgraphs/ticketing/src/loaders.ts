import { createAvailabilityLoaders } from './availability/availability.loader.ts';
import { createCategoryLoaders } from './category/category.loader.ts';
import { createEventLoaders } from './event/event.loader.ts';
import { createGateLoaders } from './gate/gate.loader.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { createOrderLoaders } from './order/order.loader.ts';
import { createOrganizerLoaders } from './organizer/organizer.loader.ts';
import { createPriceListLoaders } from './price-list/price-list.loader.ts';
import { createRowLoaders } from './row/row.loader.ts';
import { createScheduleLoaders } from './schedule/schedule.loader.ts';
import { createSeatLoaders } from './seat/seat.loader.ts';
import { createSectionLoaders } from './section/section.loader.ts';
import { createTicketLoaders } from './ticket/ticket.loader.ts';
import { createVenueLoaders } from './venue/venue.loader.ts';
import { createZoneLoaders } from './zone/zone.loader.ts';

/** What decides which rows a request's loaders return. */
export interface LoaderScope {
  /** The instant that the request happens at. */
  readonly now: Date;
  /** True for staff that sees what is not published yet. */
  readonly canSeeDrafts: boolean;
}

export type Loaders = ReturnType<typeof createLoaders>;

/** All loaders of one request: each batches the keys of one moment into one query. */
export function createLoaders(database: PrismaClient, scope: LoaderScope) {
  return {
    ...createVenueLoaders(database),
    ...createZoneLoaders(database),
    ...createSectionLoaders(database),
    ...createRowLoaders(database),
    ...createSeatLoaders(database),
    ...createGateLoaders(database),
    ...createOrganizerLoaders(database),
    ...createCategoryLoaders(database),
    ...createEventLoaders(database),
    ...createScheduleLoaders(database, scope),
    ...createPriceListLoaders(database),
    ...createAvailabilityLoaders(database, scope),
    ...createOrderLoaders(database),
    ...createTicketLoaders(database),
  };
}

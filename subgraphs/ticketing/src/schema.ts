import 'reflect-metadata';
import { createDeadLetterResolver } from '@plaza/kit/dead-letters/dead-letter.resolver';
import { buildFederatedSchema, type FederatedSchema } from '@plaza/kit/federated-schema';
import { ScheduleSeatResolver } from './availability/schedule-seat.resolver.ts';
import { SectionAvailabilityResolver } from './availability/section-availability.resolver.ts';
import { CategoryResolver } from './category/category.resolver.ts';
import type { TicketingContext } from './context.ts';
import { resolveEventReference } from './event/event.reference.ts';
import { EventResolver } from './event/event.resolver.ts';
import { EventChangesResolver } from './event/event-changes.resolver.ts';
import { GateResolver } from './gate/gate.resolver.ts';
import { HoldResolver } from './hold/hold.resolver.ts';
import { LiveResolver } from './live/live.resolver.ts';
import { resolveOrderReference } from './order/order.reference.ts';
import { OrderResolver } from './order/order.resolver.ts';
import { paymentQueue } from './order/payment-events.ts';
import { PriceListResolver } from './price-list/price-list.resolver.ts';
import { PriceListChangesResolver } from './price-list/price-list-changes.resolver.ts';
import { PriceListItemResolver } from './price-list/price-list-item.resolver.ts';
import { PromoCodeResolver } from './promo-code/promo-code.resolver.ts';
import { RowResolver } from './row/row.resolver.ts';
import { resolveScheduleReference } from './schedule/schedule.reference.ts';
import { ScheduleResolver } from './schedule/schedule.resolver.ts';
import { ScheduleChangesResolver } from './schedule/schedule-changes.resolver.ts';
import { SeatResolver } from './seat/seat.resolver.ts';
import { SectionResolver } from './section/section.resolver.ts';
import { resolveTicketReference } from './ticket/ticket.reference.ts';
import { TicketResolver } from './ticket/ticket.resolver.ts';
import { TicketPublicKeyResolver } from './ticket-key/ticket-public-key.resolver.ts';
import { resolveUserReference } from './user/user.reference.ts';
import { UserResolver } from './user/user.resolver.ts';
import { resolveVenueReference } from './venue/venue.reference.ts';
import { VenueResolver } from './venue/venue.resolver.ts';
import { ZoneResolver } from './zone/zone.resolver.ts';

/** The federated schema of ticketing. */
export function buildTicketingSchema(): Promise<FederatedSchema> {
  return buildFederatedSchema<TicketingContext>({
    resolvers: [
      EventResolver,
      EventChangesResolver,
      ScheduleResolver,
      ScheduleChangesResolver,
      SectionAvailabilityResolver,
      ScheduleSeatResolver,
      PriceListResolver,
      PriceListChangesResolver,
      PriceListItemResolver,
      PromoCodeResolver,
      CategoryResolver,
      VenueResolver,
      ZoneResolver,
      SectionResolver,
      RowResolver,
      SeatResolver,
      GateResolver,
      HoldResolver,
      OrderResolver,
      TicketResolver,
      TicketPublicKeyResolver,
      LiveResolver,
      createDeadLetterResolver({ subgraph: 'ticketing', queues: [paymentQueue] }),
      UserResolver,
    ],
    references: {
      Event: resolveEventReference,
      Schedule: resolveScheduleReference,
      Venue: resolveVenueReference,
      Order: resolveOrderReference,
      Ticket: resolveTicketReference,
      User: resolveUserReference,
    },
  });
}

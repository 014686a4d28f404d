import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import { GateConnection } from '../gate/gate.type.ts';
import type {
  Gate,
  SeatRow,
  Section as SectionRow,
  Venue as VenueRow,
  Zone as ZoneRow,
} from '../generated/prisma/client.ts';
import { RowConnection } from '../row/row.type.ts';
import { Venue } from '../venue/venue.type.ts';
import { Zone } from '../zone/zone.type.ts';
import { Section } from './section.type.ts';

@Resolver(() => Section)
export class SectionResolver {
  @FieldResolver(() => Zone, { description: 'The zone that it belongs to.' })
  zone(
    @Root() { zoneId }: SectionRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ZoneRow | undefined> {
    return loaders.zoneById.load(zoneId);
  }

  @FieldResolver(() => Venue, { description: 'The venue that it belongs to.' })
  venue(
    @Root() { venueId }: SectionRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<VenueRow | undefined> {
    return loaders.venueById.load(venueId);
  }

  @FieldResolver(() => Int, { description: 'How many seats it has.' })
  async seatCount(
    @Root() { id }: SectionRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<number> {
    return (await loaders.seatCountBySection.load(id))?.count ?? 0;
  }

  @FieldResolver(() => RowConnection, { description: 'Its rows, from the front.' })
  rows(
    @Root() { id }: SectionRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<SeatRow>> {
    return loaders.rowsOfSection.load({ key: id, args });
  }

  @FieldResolver(() => GateConnection, { description: 'The gates that let its tickets in.' })
  gates(
    @Root() { id }: SectionRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Gate>> {
    return loaders.gatesOfSection.load({ key: id, args });
  }
}

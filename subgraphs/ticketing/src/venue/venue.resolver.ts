import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, Directive, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import { GateConnection } from '../gate/gate.type.ts';
import type { Gate, Section, Venue as VenueRow, Zone } from '../generated/prisma/client.ts';
import { IdOrSlugArgs, uniqueKeyOf } from '../id-or-slug.ts';
import { SectionConnection } from '../section/section.type.ts';
import { ZoneConnection } from '../zone/zone.type.ts';
import { VenuesArgs } from './venue.input.ts';
import { listVenues } from './venue.service.ts';
import { Venue, VenueConnection } from './venue.type.ts';

@Resolver(() => Venue)
export class VenueResolver {
  @Directive('@tag(name: "partner")')
  @Query(() => Venue, { nullable: true, description: 'One venue, or null if there is none.' })
  venue(
    @Args(() => IdOrSlugArgs) args: IdOrSlugArgs,
    @Ctx() { database }: TicketingContext,
  ): Promise<VenueRow | null> {
    return database.venue.findUnique({ where: uniqueKeyOf(args) });
  }

  @Directive('@tag(name: "partner")')
  @Directive(ofReferenceData)
  @Query(() => VenueConnection, { description: 'Venues by name.' })
  venues(
    @Args(() => VenuesArgs) args: VenuesArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<VenueRow>> {
    return listVenues(args, ctx);
  }

  @FieldResolver(() => Int, { description: 'How many seats it has.' })
  async seatCount(@Root() { id }: VenueRow, @Ctx() { loaders }: TicketingContext): Promise<number> {
    return (await loaders.seatCountByVenue.load(id))?.count ?? 0;
  }

  @FieldResolver(() => ZoneConnection, {
    description: 'Its zones, from the pitch or stage outwards.',
  })
  zones(
    @Root() { id }: VenueRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Zone>> {
    return loaders.zonesOfVenue.load({ key: id, args });
  }

  @FieldResolver(() => SectionConnection, { description: 'The sections of all its zones.' })
  sections(
    @Root() { id }: VenueRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Section>> {
    return loaders.sectionsOfVenue.load({ key: id, args });
  }

  @FieldResolver(() => GateConnection, { description: 'Its gates.' })
  gates(
    @Root() { id }: VenueRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Gate>> {
    return loaders.gatesOfVenue.load({ key: id, args });
  }
}

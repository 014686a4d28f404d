import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, Directive, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { ofSchedules } from '../cache-hints.ts';
import { Category } from '../category/category.type.ts';
import type { TicketingContext } from '../context.ts';
import type {
  Category as CategoryRow,
  Event as EventRow,
  Organizer as OrganizerRow,
  Schedule as ScheduleRow,
  Venue as VenueRow,
} from '../generated/prisma/client.ts';
import { IdOrSlugArgs, uniqueKeyOf } from '../id-or-slug.ts';
import { Organizer } from '../organizer/organizer.type.ts';
import { Schedule, ScheduleConnection } from '../schedule/schedule.type.ts';
import { Venue } from '../venue/venue.type.ts';
import { EventsArgs } from './event.input.ts';
import { listEvents, visibleEvent } from './event.service.ts';
import { Event, EventConnection } from './event.type.ts';

@Resolver(() => Event)
export class EventResolver {
  @Directive('@tag(name: "partner")')
  @Query(() => Event, {
    nullable: true,
    description:
      'One event, or null if there is none. Unpublished ones need the scope event:write.',
  })
  async event(
    @Args(() => IdOrSlugArgs) args: IdOrSlugArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<EventRow | null> {
    return visibleEvent(await ctx.database.event.findUnique({ where: uniqueKeyOf(args) }), ctx);
  }

  @Directive('@tag(name: "partner")')
  @Directive(ofSchedules)
  @Directive('@cacheTag(format: "events")')
  @Query(() => EventConnection, { description: 'The catalogue of events.' })
  events(
    @Args(() => EventsArgs) args: EventsArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<EventRow>> {
    return listEvents(args, ctx);
  }

  @FieldResolver(() => Organizer, { description: 'Who puts it on.' })
  organizer(
    @Root() { organizerId }: EventRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<OrganizerRow | undefined> {
    return loaders.organizerById.load(organizerId);
  }

  @FieldResolver(() => Category, { description: 'What kind of event it is.' })
  category(
    @Root() { categoryId }: EventRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<CategoryRow | undefined> {
    return loaders.categoryById.load(categoryId);
  }

  @FieldResolver(() => Venue, { description: 'Where it happens.' })
  venue(
    @Root() { venueId }: EventRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<VenueRow | undefined> {
    return loaders.venueById.load(venueId);
  }

  @FieldResolver(() => ScheduleConnection, {
    description: 'Its performances by start; unpublished ones need the scope event:write.',
  })
  schedules(
    @Root() { id }: EventRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<ScheduleRow>> {
    return loaders.schedulesOfEvent.load({ key: id, args });
  }

  @FieldResolver(() => Schedule, {
    nullable: true,
    description: 'The first published performance that has not begun yet, if any.',
  })
  nextSchedule(
    @Root() { id }: EventRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ScheduleRow | undefined> {
    return loaders.nextScheduleOfEvent.load(id);
  }
}

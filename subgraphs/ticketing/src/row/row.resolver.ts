import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Seat, SeatRow, Section as SectionRow } from '../generated/prisma/client.ts';
import { SeatConnection } from '../seat/seat.type.ts';
import { Section } from '../section/section.type.ts';
import { Row } from './row.type.ts';

@Resolver(() => Row)
export class RowResolver {
  @FieldResolver(() => Section, { description: 'The section that it belongs to.' })
  section(
    @Root() { sectionId }: SeatRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SectionRow | undefined> {
    return loaders.sectionById.load(sectionId);
  }

  @FieldResolver(() => SeatConnection, { description: 'Its seats by number.' })
  seats(
    @Root() { id }: SeatRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Seat>> {
    return loaders.seatsOfRow.load({ key: id, args });
  }
}

import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type {
  Seat as SeatOfVenue,
  SeatRow,
  Section as SectionRow,
} from '../generated/prisma/client.ts';
import { Row } from '../row/row.type.ts';
import { Section } from '../section/section.type.ts';
import { Seat } from './seat.type.ts';

@Resolver(() => Seat)
export class SeatResolver {
  @FieldResolver(() => Row, { description: 'The row that it stands in.' })
  row(
    @Root() { rowId }: SeatOfVenue,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SeatRow | undefined> {
    return loaders.rowById.load(rowId);
  }

  @FieldResolver(() => Section, { description: 'The section that it stands in.' })
  section(
    @Root() { sectionId }: SeatOfVenue,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SectionRow | undefined> {
    return loaders.sectionById.load(sectionId);
  }
}

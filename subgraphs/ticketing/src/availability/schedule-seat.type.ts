import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ObjectType } from 'type-graphql';
import type { Seat as SeatOfVenue } from '../generated/prisma/client.ts';
import { Seat } from '../seat/seat.type.ts';

@Directive('@tag(name: "partner")')
@ObjectType({ description: 'A seat in one performance.', simpleResolvers: true })
export class ScheduleSeat {
  readonly scheduleId!: string;

  @Field(() => Seat, { description: 'The seat.' })
  seat!: SeatOfVenue;
}

export const ScheduleSeatConnection = createConnectionType('ScheduleSeat', () => ScheduleSeat, {
  tags: ['partner'],
});

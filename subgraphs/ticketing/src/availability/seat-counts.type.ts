import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { never } from '../cache-hints.ts';

@Directive('@tag(name: "partner")')
@Directive(never)
@ObjectType({ description: 'Seats counted by their state at this moment.', simpleResolvers: true })
export class SeatCounts {
  @Field(() => Int, { description: 'All seats.' })
  total!: number;

  @Field(() => Int, { description: 'Seats that nobody holds or has booked.' })
  free!: number;

  @Field(() => Int, { description: 'Seats kept for somebody who is deciding or paying.' })
  held!: number;

  @Field(() => Int, { description: 'Seats sold, or ordered and about to be paid.' })
  booked!: number;
}

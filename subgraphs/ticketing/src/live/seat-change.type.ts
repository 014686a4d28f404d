import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { SeatState } from '../availability/seat-state.ts';

@Directive('@tag(name: "partner")')
@ObjectType({
  description: 'What became of one seat: enough to draw it without asking again.',
  simpleResolvers: true,
})
export class SeatChange {
  @Field(() => ID, { description: 'The performance.' })
  scheduleId!: string;

  @Field(() => ID, { description: 'The seat.' })
  seatId!: string;

  @Field(() => ID, { description: 'The section that it stands in.' })
  sectionId!: string;

  @Field(() => SeatState, { description: 'Its state from now on.' })
  state!: SeatState;
}

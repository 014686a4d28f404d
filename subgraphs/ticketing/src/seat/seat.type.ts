import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';
import { SeatType } from '../generated/prisma/enums.ts';

registerEnumType(SeatType, {
  name: 'SeatType',
  description: 'What a seat is like.',
  valuesConfig: {
    STANDARD: { description: 'An ordinary seat.' },
    ACCESSIBLE: { description: 'A place for a wheelchair, or a seat without steps.' },
    VIP: { description: 'A wider, padded seat.' },
  },
});

@Directive('@tag(name: "partner")')
@Directive(ofReferenceData)
@ObjectType({ description: 'One seat of a venue.', simpleResolvers: true })
export class Seat {
  @Field(() => ID, { description: 'Id of the seat.' })
  id!: string;

  @Field(() => Int, { description: 'Number within its row.' })
  number!: number;

  @Field(() => SeatType, { description: 'What it is like.' })
  type!: SeatType;
}

export const SeatConnection = createConnectionType('Seat', () => Seat, {
  canBeCached: true,
  tags: ['partner'],
});

import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { TicketStatus } from '../generated/prisma/enums.ts';

registerEnumType(TicketStatus, {
  name: 'TicketStatus',
  description: 'State of a ticket.',
  valuesConfig: {
    PENDING_PAYMENT: { description: 'Ordered; becomes issued, cancelled or expired.' },
    ISSUED: { description: 'Paid and valid; becomes used, cancelled or transferred.' },
    USED: { description: 'Its holder was let in; final.' },
    TRANSFERRED: { description: 'Replaced by a ticket of another person; final.' },
    CANCELLED: { description: 'Called off; final.' },
    EXPIRED: { description: 'Not paid in time; final.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'Admission of one person to one performance, for its holder, its buyer and the scope order:read.',
  simpleResolvers: true,
})
export class Ticket {
  readonly __typename?: 'Ticket';

  @Field(() => ID, { description: 'Id of the ticket.' })
  id!: string;

  @Field(() => TicketStatus, { description: 'Its state.' })
  status!: TicketStatus;

  @Field(() => String, { description: 'Section, row and seat in one word, for people to read.' })
  code!: string;

  @Field(() => String, { description: 'Name of the section when it was sold.' })
  sectionLabel!: string;

  @Field(() => String, { description: 'Label of the row when it was sold.' })
  rowLabel!: string;

  @Field(() => String, { description: 'Number of the seat when it was sold.' })
  seatLabel!: string;

  @Field(() => Boolean, { description: 'False for a ticket on paper.' })
  isDigital!: boolean;

  @Field(() => Int, {
    description:
      'Rises with each share, its undoing and each reissue: codes of a lower one are dead.',
  })
  generation!: number;

  @Field(() => DateTime, { description: 'When it was ordered.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it became valid, if it has.' })
  issuedAt!: Date | null;
}

export const TicketConnection = createConnectionType('Ticket', () => Ticket);

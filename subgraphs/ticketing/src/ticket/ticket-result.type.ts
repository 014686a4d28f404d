import { createUnionType, Field, ObjectType } from 'type-graphql';
import { TicketStatus } from '../generated/prisma/enums.ts';
import { Ticket } from './ticket.type.ts';

@ObjectType({
  description:
    'The ticket is not valid, is shared already, is not shared, or is on paper: nothing changed.',
  simpleResolvers: true,
})
export class TicketNotChangeable {
  readonly __typename!: 'TicketNotChangeable';

  @Field(() => TicketStatus, { description: 'The state that it is in.' })
  status!: TicketStatus;
}

export const TicketChangeResult = createUnionType({
  name: 'TicketChangeResult',
  description: 'What became of a wish to share, take back or reissue a ticket.',
  types: () => [Ticket, TicketNotChangeable] as const,
});
export type TicketChangeResult = typeof TicketChangeResult;

import 'reflect-metadata';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars.ts';

@Directive('@shareable')
@ObjectType({
  description: 'A message between subgraphs that could not be handled and waits for an operator.',
  simpleResolvers: true,
})
export class DeadLetter {
  @Field(() => ID, { description: 'Id of the message, to replay or discard it by.' })
  id!: string;

  @Field(() => String, { description: 'The queue whose consumer gave it up.' })
  queue!: string;

  @Field(() => String, { description: 'What happened, such as `order.created`.' })
  type!: string;

  @Field(() => String, { description: 'The subgraph that sent it.' })
  source!: string;

  @Field(() => ID, { description: 'The same on every message of one journey.' })
  correlationId!: string;

  @Field(() => String, { description: 'The payload, as JSON text.' })
  payload!: string;

  @Field(() => String, { description: 'Why the last attempt failed.' })
  reason!: string;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Field(() => DateTime, { description: 'When it was sent.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it was given up.' })
  failedAt!: Date;
}

@Directive('@shareable')
@ObjectType({ description: 'Messages that wait for an operator.', simpleResolvers: true })
export class DeadLetterPage {
  @Field(() => [DeadLetter], { description: 'Oldest first.' })
  nodes!: DeadLetter[];

  @Field(() => String, {
    nullable: true,
    description: 'What to give as `after` for the next page; null on the last.',
  })
  endCursor!: string | null;
}

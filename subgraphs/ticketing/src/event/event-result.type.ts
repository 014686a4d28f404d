import { createUnionType, Field, ObjectType } from 'type-graphql';
import { EventStatus } from '../generated/prisma/enums.ts';
import { Event } from './event.type.ts';

@ObjectType({
  description: 'The event is in a state that does not allow this; nothing was changed.',
  simpleResolvers: true,
})
export class EventStatusConflict {
  readonly __typename!: 'EventStatusConflict';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => EventStatus, { description: 'The state that it is in.' })
  status!: EventStatus;

  @Field(() => [EventStatus], { description: 'The states that may come next; none at the end.' })
  allowed!: readonly EventStatus[];
}

@ObjectType({
  description: 'Some of the fields cannot be changed any more, or not now; nothing was changed.',
  simpleResolvers: true,
})
export class EventFieldsLocked {
  readonly __typename!: 'EventFieldsLocked';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => EventStatus, { description: 'The state that it is in.' })
  status!: EventStatus;

  @Field(() => [String], { description: 'Those of the given fields that are locked.' })
  fields!: readonly string[];
}

@ObjectType({ description: 'Another event has this name in URLs.', simpleResolvers: true })
export class EventSlugTaken {
  readonly __typename!: 'EventSlugTaken';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => String, { description: 'The name that is taken.' })
  slug!: string;
}

@ObjectType({
  description: 'Who asked for the review cannot be the one who approves.',
  simpleResolvers: true,
})
export class OwnEventReview {
  readonly __typename!: 'OwnEventReview';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description: 'A performance of it is on sale: close that first.',
  simpleResolvers: true,
})
export class EventOnSale {
  readonly __typename!: 'EventOnSale';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const CreateEventResult = createUnionType({
  name: 'CreateEventResult',
  description: 'What became of making an event.',
  types: () => [Event, EventSlugTaken] as const,
});
export type CreateEventResult = typeof CreateEventResult;

export const UpdateEventResult = createUnionType({
  name: 'UpdateEventResult',
  description: 'What became of changing an event.',
  types: () => [Event, EventFieldsLocked] as const,
});
export type UpdateEventResult = typeof UpdateEventResult;

export const MoveEventResult = createUnionType({
  name: 'MoveEventResult',
  description: 'What became of moving an event to another state.',
  types: () => [Event, EventStatusConflict] as const,
});
export type MoveEventResult = typeof MoveEventResult;

export const ApproveEventResult = createUnionType({
  name: 'ApproveEventResult',
  description: 'What became of approving an event.',
  types: () => [Event, EventStatusConflict, OwnEventReview] as const,
});
export type ApproveEventResult = typeof ApproveEventResult;

export const ReturnEventToDraftResult = createUnionType({
  name: 'ReturnEventToDraftResult',
  description: 'What became of taking an event back to be written.',
  types: () => [Event, EventStatusConflict, EventOnSale] as const,
});
export type ReturnEventToDraftResult = typeof ReturnEventToDraftResult;

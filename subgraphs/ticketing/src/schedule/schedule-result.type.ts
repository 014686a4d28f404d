import { createUnionType, Field, ObjectType, registerEnumType } from 'type-graphql';
import { ScheduleStatus } from '../generated/prisma/enums.ts';
import { Schedule } from './schedule.type.ts';

@ObjectType({
  description: 'The performance is in a state that does not allow this; nothing was changed.',
  simpleResolvers: true,
})
export class ScheduleStatusConflict {
  readonly __typename!: 'ScheduleStatusConflict';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => ScheduleStatus, { description: 'The state that it is in.' })
  status!: ScheduleStatus;

  @Field(() => [ScheduleStatus], {
    description: 'The states that may come next; none at the end, and none once cancelled.',
  })
  allowed!: readonly ScheduleStatus[];
}

@ObjectType({
  description: 'Some of the fields cannot be changed any more; nothing was changed.',
  simpleResolvers: true,
})
export class ScheduleFieldsLocked {
  readonly __typename!: 'ScheduleFieldsLocked';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => ScheduleStatus, { description: 'The state that it is in.' })
  status!: ScheduleStatus;

  @Field(() => [String], { description: 'Those of the given fields that are locked.' })
  fields!: readonly string[];
}

@ObjectType({
  description: 'The event is cancelled, so nothing is added to it.',
  simpleResolvers: true,
})
export class EventIsCancelled {
  readonly __typename!: 'EventIsCancelled';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const SaleObstacle = {
  EVENT_DRAFT: 'EVENT_DRAFT',
  EVENT_CANCELLED: 'EVENT_CANCELLED',
  NO_PRICES: 'NO_PRICES',
} as const;
export type SaleObstacle = keyof typeof SaleObstacle;

registerEnumType(SaleObstacle, {
  name: 'SaleObstacle',
  description: 'Why a sale cannot be opened.',
  valuesConfig: {
    EVENT_DRAFT: { description: 'The event is still being written.' },
    EVENT_CANCELLED: { description: 'The event is cancelled.' },
    NO_PRICES: { description: 'No price list of the performance is in force.' },
  },
});

@ObjectType({
  description: 'Something beside the performance’s own state keeps its sale from opening.',
  simpleResolvers: true,
})
export class SaleNotReady {
  readonly __typename!: 'SaleNotReady';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => SaleObstacle, { description: 'What stands in the way.' })
  obstacle!: SaleObstacle;
}

@ObjectType({ description: 'The performance has not begun yet.', simpleResolvers: true })
export class ScheduleNotBegun {
  readonly __typename!: 'ScheduleNotBegun';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const CreateScheduleResult = createUnionType({
  name: 'CreateScheduleResult',
  description: 'What became of adding a performance to an event.',
  types: () => [Schedule, EventIsCancelled] as const,
});
export type CreateScheduleResult = typeof CreateScheduleResult;

export const UpdateScheduleResult = createUnionType({
  name: 'UpdateScheduleResult',
  description: 'What became of changing a performance.',
  types: () => [Schedule, ScheduleFieldsLocked] as const,
});
export type UpdateScheduleResult = typeof UpdateScheduleResult;

export const OpenSalesResult = createUnionType({
  name: 'OpenSalesResult',
  description: 'What became of opening a sale.',
  types: () => [Schedule, ScheduleStatusConflict, SaleNotReady] as const,
});
export type OpenSalesResult = typeof OpenSalesResult;

export const MoveScheduleResult = createUnionType({
  name: 'MoveScheduleResult',
  description: 'What became of moving a performance to another state.',
  types: () => [Schedule, ScheduleStatusConflict] as const,
});
export type MoveScheduleResult = typeof MoveScheduleResult;

export const CompleteScheduleResult = createUnionType({
  name: 'CompleteScheduleResult',
  description: 'What became of noting that a performance has taken place.',
  types: () => [Schedule, ScheduleStatusConflict, ScheduleNotBegun] as const,
});
export type CompleteScheduleResult = typeof CompleteScheduleResult;

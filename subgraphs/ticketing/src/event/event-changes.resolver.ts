import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Event as EventRow } from '../generated/prisma/client.ts';
import { User } from '../user/user.type.ts';
import { Event } from './event.type.ts';
import { CreateEventInput, UpdateEventInput } from './event-changes.input.ts';
import { createEvent, updateEvent } from './event-changes.service.ts';
import {
  approveEvent,
  cancelEvent,
  publishEvent,
  requestEventChanges,
  returnEventToDraft,
  submitEventForReview,
} from './event-moves.service.ts';
import {
  ApproveEventResult,
  CreateEventResult,
  MoveEventResult,
  ReturnEventToDraftResult,
  UpdateEventResult,
} from './event-result.type.ts';

const idOfEvent = { description: 'Id of the event.' };

@Resolver(() => Event)
export class EventChangesResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => CreateEventResult, {
    description: 'Makes an event, as a draft. Needs the scope event:write.',
  })
  createEvent(
    @Arg('input', () => CreateEventInput, { description: 'The event.' }) input: CreateEventInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<CreateEventResult> {
    return createEvent(input, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => UpdateEventResult, {
    description: 'Changes what the event’s state leaves open. Needs the scope event:write.',
  })
  updateEvent(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Arg('input', () => UpdateEventInput, { description: 'The changes.' }) input: UpdateEventInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<UpdateEventResult> {
    return updateEvent({ id, input }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => MoveEventResult, {
    description:
      'DRAFT or CHANGES_REQUESTED to PENDING_REVIEW: ready to be reviewed. Needs event:write.',
  })
  submitEventForReview(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<MoveEventResult> {
    return submitEventForReview(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => ReturnEventToDraftResult, {
    description:
      'PENDING_REVIEW or CHANGES_REQUESTED to DRAFT: back to be written. Needs event:write.',
  })
  returnEventToDraft(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<ReturnEventToDraftResult> {
    return returnEventToDraft(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => MoveEventResult, {
    description: 'PENDING_REVIEW to CHANGES_REQUESTED, saying what to change. Needs event:approve.',
  })
  requestEventChanges(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Arg('note', () => String, { description: 'What to change; at most 500 characters.' })
    note: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<MoveEventResult> {
    return requestEventChanges({ id, note }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => ApproveEventResult, {
    description:
      'PENDING_REVIEW to APPROVED, by somebody else than who submitted it. Needs event:approve.',
  })
  approveEvent(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<ApproveEventResult> {
    return approveEvent(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => MoveEventResult, {
    description: 'APPROVED to PUBLISHED: everybody can see it. Needs event:write.',
  })
  publishEvent(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<MoveEventResult> {
    return publishEvent(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => MoveEventResult, {
    description:
      'Cancels an event for good, with its performances that have not taken place: their orders ' +
      'are cancelled and refunded. Needs event:approve.',
  })
  cancelEvent(
    @Arg('id', () => ID, idOfEvent) id: string,
    @Arg('reason', () => String, { description: 'Why, as the public may read it.' })
    reason: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<MoveEventResult> {
    return cancelEvent({ id, reason }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who asked for its last review; for the scope event:write, null for others.',
  })
  submittedBy(
    @Root() { submittedById }: EventRow,
    @Ctx() { canSeeDrafts }: TicketingContext,
  ): User | null {
    return canSeeDrafts && submittedById !== null ? { id: submittedById } : null;
  }

  @Directive('@tag(name: "internal")')
  @FieldResolver(() => String, {
    nullable: true,
    description: 'What the reviewer asked to change; for the scope event:write, null for others.',
  })
  reviewNote(
    @Root() { reviewNote }: EventRow,
    @Ctx() { canSeeDrafts }: TicketingContext,
  ): string | null {
    return canSeeDrafts ? reviewNote : null;
  }
}

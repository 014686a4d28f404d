import { requireScope } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { createUuidV7, requireUuid } from '@plaza/kit/uuid';
import type { AppError } from '@plaza/schema/errors';
import { pickFields } from '../audit/pick-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { badInput } from '../bad-input.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Event, Prisma } from '../generated/prisma/client.ts';
import { outdateEvent } from '../live/outdate.ts';
import {
  type CreateEventInput,
  createEventSchema,
  type EventChanges,
  structuralFields,
  type UpdateEventInput,
  updateEventSchema,
} from './event-changes.input.ts';
import type {
  CreateEventResult,
  EventFieldsLocked,
  UpdateEventResult,
} from './event-result.type.ts';
import { eventSlugOf } from './event-slug.ts';
import { draftStatuses, touchUpStatuses } from './event-state.ts';

type EventUpdate = {
  readonly [Field in keyof EventChanges]?: Exclude<EventChanges[Field], undefined>;
};

/**
 * Makes a draft. Throws BAD_USER_INPUT, also for an unknown organizer, category or venue, and
 * UNAUTHENTICATED or FORBIDDEN without the scope event:write.
 */
export async function createEvent(
  input: CreateEventInput,
  ctx: TicketingContext,
): Promise<CreateEventResult> {
  requireScope(ctx, 'event:write');
  const { slug: givenSlug, ...event } = parseInput(createEventSchema, input);
  const slug = givenSlug ?? eventSlugOf(event.name);
  if (slug === '') throw badInput('slug', 'give one: the name has no letter or digit of a-z, 0-9');
  await requireOwners(event, ctx);
  return ctx.transactions.run(async (work) => {
    const { tx } = work;
    const row = { ...withoutUndefined(event), id: createUuidV7(), slug, createdAt: ctx.now };
    const [created] = await tx.event.createManyAndReturn({
      data: [row as Prisma.EventCreateManyInput],
      skipDuplicates: true,
    });
    if (created === undefined) {
      const message = `Another event is called ${slug} in URLs: choose another slug`;
      return { __typename: 'EventSlugTaken', message, slug };
    }
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'event.created',
      entityType: 'Event',
      entityId: created.id,
      after: row,
    });
    outdateEvent(work, created.id);
    return toEventResult(created);
  });
}

/**
 * Changes what the event's state leaves open. Throws BAD_USER_INPUT, also for an unknown event,
 * organizer, category or venue, and UNAUTHENTICATED or FORBIDDEN without the scope event:write.
 */
export async function updateEvent(
  { id, input }: { readonly id: string; readonly input: UpdateEventInput },
  ctx: TicketingContext,
): Promise<UpdateEventResult> {
  requireScope(ctx, 'event:write');
  const eventId = requireUuid(id, 'id');
  const changes = withoutUndefined(parseInput(updateEventSchema, input));
  if (Object.keys(changes).length === 0) throw badInput('input', 'name a field to change');
  await requireOwners(changes, ctx);
  return ctx.transactions.runUndoable(async (work, undo) => {
    const { tx } = work;
    const before = await tx.event.findUnique({ where: { id: eventId } });
    if (before === null) throw noSuchEvent();
    const statuses = isStructural(changes) ? draftStatuses : touchUpStatuses;
    const [after] = await tx.event.updateManyAndReturn({
      where: { id: eventId, status: { in: [...statuses] } },
      data: changes as Prisma.EventUncheckedUpdateManyInput,
    });
    if (after === undefined) return lockedFields(await currentEvent(eventId, tx), changes);
    // Counted after the update has locked the event: a new performance waits for that lock.
    const movesVenue = changes.venueId !== undefined && changes.venueId !== before.venueId;
    if (movesVenue && (await tx.schedule.count({ where: { eventId } })) > 0) {
      const message = 'The venue is fixed: the event has a performance there';
      const { status } = after;
      return undo({ __typename: 'EventFieldsLocked', message, status, fields: ['venueId'] });
    }
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'event.updated',
      entityType: 'Event',
      entityId: eventId,
      before: pickFields(before, Object.keys(changes)),
      after: changes,
    });
    outdateEvent(work, eventId);
    return toEventResult(after);
  });
}

/** What a mutation throws for an id that no event has. */
export function noSuchEvent(): AppError {
  return badInput('id', 'there is no event with this id');
}

/** The event as a member of a result union. */
export function toEventResult(event: Event): Event & { readonly __typename: 'Event' } {
  return { ...event, __typename: 'Event' };
}

/** As it is now: somebody may have moved it since it was read. */
function currentEvent(id: string, tx: Prisma.TransactionClient): Promise<Event> {
  return tx.event.findUniqueOrThrow({ where: { id } });
}

function lockedFields({ status }: Event, changes: EventUpdate): EventFieldsLocked {
  const given = Object.keys(changes);
  const fields = touchUpStatuses.includes(status)
    ? given.filter((field) => structuralFields.some((structural) => structural === field))
    : given;
  const message = `These cannot be changed while the event is ${status}: ${fields.join(', ')}`;
  return { __typename: 'EventFieldsLocked', message, status, fields };
}

function isStructural(changes: EventUpdate): boolean {
  return structuralFields.some((field) => changes[field] !== undefined);
}

async function requireOwners(
  { organizerId, categoryId, venueId }: EventChanges,
  { loaders }: TicketingContext,
): Promise<void> {
  for (const [field, id, byId] of [
    ['organizerId', organizerId, loaders.organizerById],
    ['categoryId', categoryId, loaders.categoryById],
    ['venueId', venueId, loaders.venueById],
  ] as const) {
    if (id !== undefined && (await byId.load(id)) === undefined) {
      throw badInput(field, 'there is none with this id');
    }
  }
}

function withoutUndefined(changes: EventChanges): EventUpdate {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

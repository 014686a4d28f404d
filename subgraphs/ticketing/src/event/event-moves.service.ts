import { requireScope } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import type { Scope } from '@plaza/schema/scopes';
import { recordAudit } from '../audit/record-audit.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Event, Prisma } from '../generated/prisma/client.ts';
import type { EventStatus } from '../generated/prisma/enums.ts';
import { outdateEvent, outdatePublication } from '../live/outdate.ts';
import { cancelSchedules } from '../schedule/schedule-cancellation.ts';
import type { Work } from '../transactions.ts';
import { reasonSchema } from './event-changes.input.ts';
import { noSuchEvent, toEventResult } from './event-changes.service.ts';
import type {
  ApproveEventResult,
  EventStatusConflict,
  MoveEventResult,
  ReturnEventToDraftResult,
} from './event-result.type.ts';
import { eventStatusesAfter } from './event-state.ts';

interface EventMove<Refusal> {
  readonly scope: Scope;
  readonly to: EventStatus;
  /** What was done, for the audit. */
  readonly action: string;
  /** What changes with the state. */
  readonly changes?: (viewerId: string) => Prisma.EventUncheckedUpdateManyInput;
  /** A reason of the event itself against it, beside its state. */
  readonly refuse?: (before: Event, viewerId: string) => Refusal | undefined;
  /** Follows in the same transaction; what it returns undoes the move. */
  readonly follow?: (after: Event, work: Work) => Promise<Refusal | undefined>;
}

/** DRAFT or CHANGES_REQUESTED to PENDING_REVIEW. */
export function submitEventForReview(id: string, ctx: TicketingContext): Promise<MoveEventResult> {
  return moveEvent<never>(id, ctx, {
    scope: 'event:write',
    to: 'PENDING_REVIEW',
    action: 'event.submitted',
    changes: (submittedById) => ({ submittedById, reviewNote: null }),
  });
}

/** PENDING_REVIEW or CHANGES_REQUESTED back to DRAFT. */
export function returnEventToDraft(
  id: string,
  ctx: TicketingContext,
): Promise<ReturnEventToDraftResult> {
  return moveEvent(id, ctx, {
    scope: 'event:write',
    to: 'DRAFT',
    action: 'event.returned_to_draft',
    // Whoever opens a sale waits for the lock that the move holds, and meets a draft.
    follow: async ({ id: eventId }, { tx }) => {
      const onSale = await tx.schedule.count({ where: { eventId, status: 'ON_SALE' } });
      if (onSale === 0) return undefined;
      const message = 'A performance is on sale: close its sale before you take the event back';
      return { __typename: 'EventOnSale', message } as const;
    },
  });
}

/** PENDING_REVIEW to CHANGES_REQUESTED, with what to change. */
export function requestEventChanges(
  { id, note }: { readonly id: string; readonly note: string },
  ctx: TicketingContext,
): Promise<MoveEventResult> {
  return moveEvent<never>(id, ctx, {
    scope: 'event:approve',
    to: 'CHANGES_REQUESTED',
    action: 'event.changes_requested',
    changes: () => ({ reviewNote: parseInput(reasonSchema, note) }),
  });
}

/** PENDING_REVIEW to APPROVED, by somebody else than who submitted it. */
export function approveEvent(id: string, ctx: TicketingContext): Promise<ApproveEventResult> {
  return moveEvent(id, ctx, {
    scope: 'event:approve',
    to: 'APPROVED',
    action: 'event.approved',
    refuse: ({ submittedById }, viewerId) => {
      if (submittedById !== viewerId) return undefined;
      const message = 'You submitted this event yourself: somebody else has to approve it';
      return { __typename: 'OwnEventReview', message } as const;
    },
  });
}

/** APPROVED to PUBLISHED: everybody can see it from now on. */
export function publishEvent(id: string, ctx: TicketingContext): Promise<MoveEventResult> {
  return moveEvent<never>(id, ctx, {
    scope: 'event:write',
    to: 'PUBLISHED',
    action: 'event.published',
    changes: () => ({ publishedAt: ctx.now }),
    follow: async ({ id: eventId }, work) => {
      outdatePublication(work, eventId);
      return undefined;
    },
  });
}

/** Any state to CANCELLED; its performances that have not taken place are cancelled with it. */
export function cancelEvent(
  { id, reason }: { readonly id: string; readonly reason: string },
  ctx: TicketingContext,
): Promise<MoveEventResult> {
  const cancelReason = () => parseInput(reasonSchema, reason);
  return moveEvent<never>(id, ctx, {
    scope: 'event:approve',
    to: 'CANCELLED',
    action: 'event.cancelled',
    changes: () => ({ cancelledAt: ctx.now, cancelReason: cancelReason() }),
    follow: async ({ id: eventId }, work) => {
      const why = { reason: cancelReason(), actor: actorOf(ctx), now: ctx.now };
      await cancelSchedules(work, { eventId }, why);
      return undefined;
    },
  });
}

/**
 * Moves an event along one arrow, by an UPDATE that holds only if the event is still as it was read.
 * Throws UNAUTHENTICATED or FORBIDDEN without the scope, BAD_USER_INPUT for an unknown event.
 */
function moveEvent<Refusal extends { readonly __typename: string }>(
  id: string,
  ctx: TicketingContext,
  move: EventMove<Refusal>,
) {
  const { userId } = requireScope(ctx, move.scope);
  const eventId = requireUuid(id, 'id');
  const changes = move.changes?.(userId);
  return ctx.transactions.runUndoable(async (work, undo: (answer: Refusal) => never) => {
    const { tx } = work;
    const before = await tx.event.findUnique({ where: { id: eventId } });
    if (before === null) throw noSuchEvent();
    const { status, submittedById } = before;
    if (!eventStatusesAfter(status).includes(move.to)) return toConflict(status);
    const refusal = move.refuse?.(before, userId);
    if (refusal !== undefined) return refusal;
    const [after] = await tx.event.updateManyAndReturn({
      where: { id: eventId, status, submittedById },
      data: { ...changes, status: move.to },
    });
    if (after === undefined) return toConflict(await currentStatus(eventId, tx));
    const undone = await move.follow?.(after, work);
    if (undone !== undefined) return undo(undone);
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: move.action,
      entityType: 'Event',
      entityId: eventId,
      before: { status },
      after: { ...changes, status: move.to },
    });
    outdateEvent(work, eventId);
    return toEventResult(after);
  });
}

/** Somebody moved it first. */
async function currentStatus(id: string, tx: Prisma.TransactionClient): Promise<EventStatus> {
  const { status } = await tx.event.findUniqueOrThrow({ where: { id }, select: { status: true } });
  return status;
}

/** The answer to a move that the event's state does not have. */
export function toConflict(status: EventStatus): EventStatusConflict {
  const allowed = eventStatusesAfter(status);
  const next = allowed.length === 0 ? 'no state comes next' : `next may come ${allowed.join(', ')}`;
  const message = `The event is ${status}: ${next}`;
  return { __typename: 'EventStatusConflict', message, status, allowed };
}

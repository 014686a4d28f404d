import { requireScope } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import { reasonSchema } from '../event/event-changes.input.ts';
import type { Prisma, Schedule } from '../generated/prisma/client.ts';
import type { ScheduleStatus } from '../generated/prisma/enums.ts';
import { outdateSchedule } from '../live/outdate.ts';
import { stopSales } from './sale-lock.ts';
import { cancelSchedules } from './schedule-cancellation.ts';
import {
  lockEventForSchedules,
  noSuchSchedule,
  toScheduleResult,
} from './schedule-changes.service.ts';
import type {
  CompleteScheduleResult,
  MoveScheduleResult,
  OpenSalesResult,
  SaleNotReady,
  ScheduleStatusConflict,
} from './schedule-result.type.ts';
import { scheduleStatusesAfter } from './schedule-state.ts';

interface ScheduleMove<Refusal> {
  readonly to: ScheduleStatus;
  /** What was done, for the audit. */
  readonly action: string;
  /** A reason against it beside the performance's own state. */
  readonly refuse?: (
    before: Schedule,
    tx: Prisma.TransactionClient,
  ) => Promise<Refusal | undefined>;
}

/**
 * DRAFT to ON_SALE, unless the event is a draft or cancelled or no prices are in force. When people can
 * buy is then up to the sale dates. Throws as `moveSchedule`.
 */
export function openSales(id: string, ctx: TicketingContext): Promise<OpenSalesResult> {
  return moveSchedule<SaleNotReady>(id, ctx, {
    to: 'ON_SALE',
    action: 'schedule.sales_opened',
    refuse: findSaleObstacle,
  });
}

/** DRAFT or ON_SALE to CLOSED. Throws as `moveSchedule`. */
export function closeSales(id: string, ctx: TicketingContext): Promise<MoveScheduleResult> {
  return moveSchedule<never>(id, ctx, { to: 'CLOSED', action: 'schedule.sales_closed' });
}

/** ON_SALE or CLOSED to COMPLETED, once it has begun. Throws as `moveSchedule`. */
export function completeSchedule(
  id: string,
  ctx: TicketingContext,
): Promise<CompleteScheduleResult> {
  return moveSchedule(id, ctx, {
    to: 'COMPLETED',
    action: 'schedule.completed',
    refuse: async ({ startsAt }) => {
      if (startsAt <= ctx.now) return undefined;
      const message = `It begins at ${startsAt.toISOString()}: cancel it if it will not take place`;
      return { __typename: 'ScheduleNotBegun', message } as const;
    },
  });
}

/**
 * Cancels a performance that has not taken place: it is CLOSED for good and its orders are undone.
 * Throws BAD_USER_INPUT, also for an unknown performance, and UNAUTHENTICATED or FORBIDDEN without the
 * scope event:approve, as money goes back.
 */
export function cancelSchedule(
  { id, reason: given }: { readonly id: string; readonly reason: string },
  ctx: TicketingContext,
): Promise<MoveScheduleResult> {
  requireScope(ctx, 'event:approve');
  const scheduleId = requireUuid(id, 'id');
  const reason = parseInput(reasonSchema, given);
  return ctx.transactions.run(async (work) => {
    const why = { reason, actor: actorOf(ctx), now: ctx.now };
    const [cancelled] = await cancelSchedules(work, { id: scheduleId }, why);
    if (cancelled !== undefined) return toScheduleResult(cancelled);
    const schedule = await work.tx.schedule.findUnique({ where: { id: scheduleId } });
    if (schedule === null) throw noSuchSchedule();
    return toScheduleConflict(schedule);
  });
}

/**
 * Moves a performance along one arrow, by an UPDATE that holds only if it is still in the state that
 * was read. Throws BAD_USER_INPUT for an unknown performance, UNAUTHENTICATED or FORBIDDEN without the
 * scope event:write.
 */
async function moveSchedule<Refusal extends { readonly __typename: string }>(
  id: string,
  ctx: TicketingContext,
  { to, action, refuse }: ScheduleMove<Refusal>,
): Promise<ReturnType<typeof toScheduleResult> | ScheduleStatusConflict | Refusal> {
  requireScope(ctx, 'event:write');
  const scheduleId = requireUuid(id, 'id');
  return ctx.transactions.run(async (work) => {
    const { tx } = work;
    const before = await tx.schedule.findUnique({ where: { id: scheduleId } });
    if (before === null) throw noSuchSchedule();
    const { status } = before;
    if (!scheduleStatusesAfter(before).includes(to)) return toScheduleConflict(before);
    const refusal = await refuse?.(before, tx);
    if (refusal !== undefined) return refusal;
    await stopSales(tx, [scheduleId]);
    const [after] = await tx.schedule.updateManyAndReturn({
      where: { id: scheduleId, status, cancelledAt: null },
      data: { status: to },
    });
    if (after === undefined) {
      return toScheduleConflict(await tx.schedule.findUniqueOrThrow({ where: { id: scheduleId } }));
    }
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action,
      entityType: 'Schedule',
      entityId: scheduleId,
      before: { status },
      after: { status: to },
    });
    outdateSchedule(work, after);
    return toScheduleResult(after);
  });
}

const obstacleMessages = {
  EVENT_DRAFT: 'The event is still a draft: submit it for review first',
  EVENT_CANCELLED: 'The event is cancelled',
  NO_PRICES: 'No price list is in force: activate one first',
} as const;

async function findSaleObstacle(
  { id, eventId }: Schedule,
  tx: Prisma.TransactionClient,
): Promise<SaleNotReady | undefined> {
  const toNotReady = (obstacle: keyof typeof obstacleMessages): SaleNotReady => {
    return { __typename: 'SaleNotReady', message: obstacleMessages[obstacle], obstacle };
  };
  const eventStatus = await lockEventForSchedules(eventId, tx);
  if (eventStatus === 'DRAFT') return toNotReady('EVENT_DRAFT');
  if (eventStatus === 'CANCELLED') return toNotReady('EVENT_CANCELLED');
  const prices = await tx.priceList.count({ where: { scheduleId: id, status: 'ACTIVE' } });
  return prices === 0 ? toNotReady('NO_PRICES') : undefined;
}

/** The answer to a move that the performance's state does not have. */
export function toScheduleConflict(schedule: Schedule): ScheduleStatusConflict {
  const { status, cancelledAt } = schedule;
  const allowed = scheduleStatusesAfter(schedule);
  const next = allowed.length === 0 ? 'no state comes next' : `next may come ${allowed.join(', ')}`;
  const state = cancelledAt === null ? status : `${status}, because it was cancelled`;
  const message = `The performance is ${state}: ${next}`;
  return { __typename: 'ScheduleStatusConflict', message, status, allowed };
}

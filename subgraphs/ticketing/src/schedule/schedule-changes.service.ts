import { requireScope } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { createUuidV7, requireUuid } from '@plaza/kit/uuid';
import type { AppError } from '@plaza/schema/errors';
import { pickFields } from '../audit/pick-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { badInput } from '../bad-input.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { Prisma, Schedule } from '../generated/prisma/client.ts';
import type { EventStatus } from '../generated/prisma/enums.ts';
import { outdateSchedule } from '../live/outdate.ts';
import { stopSales } from './sale-lock.ts';
import {
  type CreateScheduleInput,
  scheduleChangesSchema,
  scheduleSchema,
  soldFields,
  type UpdateScheduleInput,
} from './schedule-changes.input.ts';
import type { CreateScheduleResult, UpdateScheduleResult } from './schedule-result.type.ts';

/** Performances that one event may have: cancelling it cancels all of them in one transaction. */
const schedulesPerEventMax = 400;

/**
 * Adds a performance to an event that is not cancelled; it begins as a draft. Throws BAD_USER_INPUT,
 * also for an unknown event, and UNAUTHENTICATED or FORBIDDEN without the scope event:write.
 */
export async function createSchedule(
  { eventId, input }: { readonly eventId: string; readonly input: CreateScheduleInput },
  ctx: TicketingContext,
): Promise<CreateScheduleResult> {
  requireScope(ctx, 'event:write');
  const ofEvent = requireUuid(eventId, 'eventId');
  const schedule = parseInput(scheduleSchema, input);
  return ctx.transactions.run(async (work) => {
    const { tx } = work;
    const status = await lockEventForSchedules(ofEvent, tx);
    if (status === undefined) throw badInput('eventId', 'there is no event with this id');
    if (status === 'CANCELLED') {
      return { __typename: 'EventIsCancelled', message: 'The event is cancelled' };
    }
    if ((await tx.schedule.count({ where: { eventId: ofEvent } })) >= schedulesPerEventMax) {
      throw badInput('eventId', `an event has at most ${schedulesPerEventMax} performances`);
    }
    const row = { ...schedule, id: createUuidV7(), eventId: ofEvent };
    const created = await tx.schedule.create({ data: row as Prisma.ScheduleUncheckedCreateInput });
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'schedule.created',
      entityType: 'Schedule',
      entityId: created.id,
      after: row,
    });
    outdateSchedule(work, created);
    return toScheduleResult(created);
  });
}

/**
 * Changes what the performance's state leaves open; the whole must stay valid. Throws BAD_USER_INPUT,
 * also for an unknown performance, and UNAUTHENTICATED or FORBIDDEN without the scope event:write.
 */
export async function updateSchedule(
  { id, input }: { readonly id: string; readonly input: UpdateScheduleInput },
  ctx: TicketingContext,
): Promise<UpdateScheduleResult> {
  requireScope(ctx, 'event:write');
  const scheduleId = requireUuid(id, 'id');
  const parsed = Object.entries(parseInput(scheduleChangesSchema, input));
  const changes = Object.fromEntries(parsed.filter(([, value]) => value !== undefined));
  const given = Object.keys(changes);
  if (given.length === 0) throw badInput('input', 'name a field to change');
  return ctx.transactions.run(async (work) => {
    const { tx } = work;
    const before = await lockSchedule(scheduleId, tx);
    if (before === undefined) throw noSuchSchedule();
    const { status } = before;
    const locked = given.filter((field) => isLocked(field, before));
    if (locked.length > 0) {
      const message = `These cannot be changed while it is ${status}: ${locked.join(', ')}`;
      return { __typename: 'ScheduleFieldsLocked', message, status, fields: locked };
    }
    parseInput(scheduleSchema, { ...before, ...changes });
    const after = await tx.schedule.update({ where: { id: scheduleId }, data: changes });
    await recordAudit(tx, {
      actor: actorOf(ctx),
      at: ctx.now,
      action: 'schedule.updated',
      entityType: 'Schedule',
      entityId: scheduleId,
      before: pickFields(before, given),
      after: changes,
    });
    outdateSchedule(work, after);
    return toScheduleResult(after);
  });
}

function isLocked(field: string, { status }: Schedule): boolean {
  if (status === 'DRAFT') return false;
  return status !== 'ON_SALE' || soldFields.includes(field);
}

/** What a mutation throws for an id that no performance has. */
export function noSuchSchedule(field = 'id'): AppError {
  return badInput(field, 'there is no performance with this id');
}

/** The performance as a member of a result union. */
export function toScheduleResult(
  schedule: Schedule,
): Schedule & { readonly __typename: 'Schedule' } {
  return { ...schedule, __typename: 'Schedule' };
}

/**
 * The event's state, which stays until the transaction ends: whoever moves the event waits. Undefined
 * if there is none. Always before the performance's own lock, as cancelling an event takes them.
 */
export async function lockEventForSchedules(
  eventId: string,
  tx: Prisma.TransactionClient,
): Promise<EventStatus | undefined> {
  const [event] = await tx.$queryRaw<{ status: EventStatus }[]>`
    SELECT status::text FROM events WHERE id = ${eventId}::uuid FOR SHARE`;
  return event?.status;
}

/** The performance as it is; others who change it, or sell it, wait for the end of the transaction. */
export async function lockSchedule(
  id: string,
  tx: Prisma.TransactionClient,
): Promise<Schedule | undefined> {
  await stopSales(tx, [id]);
  const locked = await tx.$executeRaw`
    SELECT 1 FROM schedules WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  if (locked === 0) return undefined;
  return tx.schedule.findUniqueOrThrow({ where: { id } });
}

import { requireViewer } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { createUuidV7 } from '@plaza/kit/uuid';
import { AppError } from '@plaza/schema/errors';
import { recordAudit } from '../audit/record-audit.ts';
import { actorOf, type TicketingContext } from '../context.ts';
import type { HoldSource, SeatHold } from '../generated/prisma/client.ts';
import { announceSeats } from '../live/announce.ts';
import type { Work } from '../transactions.ts';
import { type HoldSeatsInput, holdSeatsSchema } from './hold.input.ts';
import type { ExtendHoldResult, HoldEnded, HoldSeatsResult, SeatsTaken } from './hold.type.ts';
import { phaseOfSale, requirePricedSeats, requireSale, type Sale } from './sale.ts';
import { countSeatsKept } from './seats-kept.ts';
import { freeHeldSeats, keepSeatsUntil, takeSeats } from './taken-seats.ts';

/** Seats that one hold takes. */
export const holdSeatsMax = 12;
/** Seats of one performance that one person keeps at once, in holds and in orders to be paid. */
export const seatsPerHolderMax = 2 * holdSeatsMax;
/** How long a hold may live in all, unless its performance gives it more at once. */
const lifeMaxMs = 2 * 60 * 60_000;
const minuteMs = 60_000;

/**
 * Keeps the seats for the viewer, all or none. The same idempotency key finds the same hold. Who keeps
 * many seats of the performance already gets fewer, down to none: `seatsMax` says how many. Throws
 * UNAUTHENTICATED; BAD_USER_INPUT for seats that are named twice, are not for sale in the performance,
 * or a key that was used for other seats.
 */
export async function holdSeats(
  given: HoldSeatsInput,
  ctx: TicketingContext,
): Promise<HoldSeatsResult> {
  const { userId } = requireViewer(ctx);
  const input = parseInput(holdSeatsSchema, given);
  const earlier = await holdOfKey(userId, input, ctx);
  if (earlier !== null) return earlier;
  if (input.seatIds.length > holdSeatsMax) {
    return { __typename: 'TooManySeats', seatsMax: holdSeatsMax };
  }
  const sale = await requireSale(input.scheduleId, ctx);
  const phase = phaseOfSale(sale, ctx.now);
  const { onSaleAt } = sale.schedule;
  if (phase !== 'ON_SALE') return { __typename: 'ScheduleNotOnSale', phase, onSaleAt };
  await requirePricedSeats(ctx.database, sale, input.seatIds);
  const made = await ctx.transactions.runUndoable(
    async (work, undo: (why: 'key used' | number | readonly string[]) => never) => {
      const kept = await countSeatsKept(work.tx, {
        ...{ holderId: userId, scheduleId: sale.schedule.id, now: ctx.now },
      });
      const hold = await insertHold(work, { ...input, sale, source: 'WEB' }, ctx);
      if (hold === undefined) return undo('key used');
      const seatsLeft = Math.max(0, seatsPerHolderMax - kept);
      if (hold.seatIds.length > seatsLeft) return undo(seatsLeft);
      const lost = await takeForHold(work, hold, ctx);
      return lost.length === 0 ? hold : undo(lost);
    },
  );
  if (made === 'key used') return requireHoldOfKey(userId, input, ctx);
  if (typeof made === 'number') return { __typename: 'TooManySeats', seatsMax: made };
  return isLost(made) ? seatsTaken(made, ctx) : toResult(made);
}

function isLost(made: SeatHold | readonly string[]): made is readonly string[] {
  return Array.isArray(made);
}

interface NewHold {
  readonly sale: Sale;
  readonly seatIds: readonly string[];
  readonly idempotencyKey: string | null;
  readonly source: HoldSource;
}

/** A hold without its seats yet; undefined if the key has made one. */
export async function insertHold(
  { tx }: Work,
  { sale, seatIds, idempotencyKey, source }: NewHold,
  ctx: TicketingContext,
): Promise<SeatHold | undefined> {
  const { schedule } = sale;
  const [hold] = await tx.seatHold.createManyAndReturn({
    data: [
      {
        id: createUuidV7(),
        scheduleId: schedule.id,
        holderId: requireViewer(ctx).userId,
        source,
        idempotencyKey,
        seatIds: [...seatIds].sort(),
        createdAt: ctx.now,
        expiresAt: new Date(ctx.now.getTime() + schedule.holdMinutes * minuteMs),
      },
    ],
    skipDuplicates: true,
  });
  return hold;
}

/** Takes the seats of a new hold; resolves to those that somebody else has. */
export async function takeForHold(
  work: Work,
  hold: SeatHold,
  ctx: TicketingContext,
): Promise<string[]> {
  const { id, scheduleId, seatIds, expiresAt } = hold;
  const wish = { scheduleId, seatIds, holdId: id, heldUntil: expiresAt, now: ctx.now };
  const seats = await takeSeats(work.tx, wish);
  const got = new Set(seats.map(({ seatId }) => seatId));
  if (got.size < seatIds.length) return seatIds.filter((seatId) => !got.has(seatId));
  announceSeats(work, seats, 'HELD');
  await recordAudit(work.tx, {
    ...{ actor: actorOf(ctx), at: ctx.now, entityType: 'SeatHold', entityId: id },
    action: 'hold.created',
    after: { scheduleId, seatIds, expiresAt: expiresAt.toISOString() },
  });
  return [];
}

/** Says who was late, and for which seats. */
export async function seatsTaken(
  seatIds: readonly string[],
  { loaders }: TicketingContext,
): Promise<SeatsTaken> {
  const seats = await Promise.all(seatIds.map((id) => loaders.seatById.load(id)));
  return { __typename: 'SeatsTaken', seats: seats.filter((seat) => seat !== undefined) };
}

/**
 * Gives the viewer's hold as much time again as its performance gives, up to two hours in all. Throws
 * UNAUTHENTICATED, or BAD_USER_INPUT if the viewer has no such hold.
 */
export async function extendHold(id: string, ctx: TicketingContext): Promise<ExtendHoldResult> {
  const before = await requireOwnHold(id, ctx);
  const schedule = await ctx.loaders.scheduleById.load(before.scheduleId);
  const minutesMs = (schedule?.holdMinutes ?? 0) * minuteMs;
  const endMs = before.createdAt.getTime() + Math.max(lifeMaxMs, minutesMs);
  const expiresAt = new Date(Math.min(ctx.now.getTime() + minutesMs, endMs));
  if (expiresAt <= before.expiresAt && isActive(before, ctx.now)) return toResult(before);
  const extended = await ctx.transactions.runUndoable(
    async (work, undo: (why: undefined) => never) => {
      const [hold] = await work.tx.seatHold.updateManyAndReturn({
        where: { id, status: 'ACTIVE', expiresAt: { gt: ctx.now } },
        data: { expiresAt },
      });
      if (hold === undefined) return undo(undefined);
      const kept = await keepSeatsUntil(work.tx, id, expiresAt);
      if (kept < hold.seatIds.length) return undo(undefined);
      await recordAudit(work.tx, {
        ...{ actor: actorOf(ctx), at: ctx.now, entityType: 'SeatHold', entityId: id },
        action: 'hold.extended',
        before: { expiresAt: before.expiresAt.toISOString() },
        after: { expiresAt: expiresAt.toISOString() },
      });
      return hold;
    },
  );
  return extended === undefined ? holdEnded(id, ctx) : toResult(extended);
}

/**
 * Gives the seats of the viewer's hold back; one that has ended stays as it is. Throws
 * UNAUTHENTICATED, or BAD_USER_INPUT if the viewer has no such hold.
 */
export async function releaseHold(id: string, ctx: TicketingContext): Promise<SeatHold> {
  await requireOwnHold(id, ctx);
  await ctx.transactions.run(async (work) => {
    const { count } = await work.tx.seatHold.updateMany({
      where: { id, status: 'ACTIVE', expiresAt: { gt: ctx.now } },
      data: { status: 'RELEASED' },
    });
    if (count === 0) return;
    announceSeats(work, await freeHeldSeats(work.tx, [id]), 'FREE');
    await recordAudit(work.tx, {
      ...{ actor: actorOf(ctx), at: ctx.now, entityType: 'SeatHold', entityId: id },
      action: 'hold.released',
      before: { status: 'ACTIVE' },
      after: { status: 'RELEASED' },
    });
  });
  return ctx.database.seatHold.findUniqueOrThrow({ where: { id } });
}

/** The viewer's own hold, or null: whether somebody else's exists is nobody's business. */
export async function findOwnHold(id: string, ctx: TicketingContext): Promise<SeatHold | null> {
  const { userId } = requireViewer(ctx);
  return ctx.database.seatHold.findFirst({ where: { id, holderId: userId } });
}

/** As `findOwnHold`. Throws BAD_USER_INPUT instead of null. */
export async function requireOwnHold(id: string, ctx: TicketingContext): Promise<SeatHold> {
  const hold = await findOwnHold(id, ctx);
  if (hold !== null) return hold;
  throw new AppError('BAD_USER_INPUT', 'You have no hold with this id', {
    details: { field: 'id' },
  });
}

/** True while its seats are kept. The time decides, whether or not anybody has tidied it up. */
export function isActive({ status, expiresAt }: SeatHold, now: Date): boolean {
  return status === 'ACTIVE' && expiresAt > now;
}

/** How the hold ended. */
export async function holdEnded(id: string, { database }: TicketingContext): Promise<HoldEnded> {
  const hold = await database.seatHold.findUniqueOrThrow({ where: { id } });
  const holdStatus = hold.status === 'ACTIVE' ? 'EXPIRED' : hold.status;
  return { __typename: 'HoldEnded', holdStatus };
}

async function holdOfKey(
  userId: string,
  { scheduleId, seatIds, idempotencyKey }: HoldSeatsInput,
  { database }: TicketingContext,
): Promise<HoldSeatsResult | null> {
  const where = { holderId_idempotencyKey: { holderId: userId, idempotencyKey } };
  const hold = await database.seatHold.findUnique({ where });
  if (hold === null) return null;
  const isSame = hold.scheduleId === scheduleId && `${hold.seatIds}` === `${[...seatIds].sort()}`;
  if (isSame) return toResult(hold);
  throw new AppError('BAD_USER_INPUT', 'This idempotencyKey was used to hold other seats', {
    details: { field: 'idempotencyKey' },
  });
}

/** For a rival request with the same key that has just committed. */
async function requireHoldOfKey(
  userId: string,
  input: HoldSeatsInput,
  ctx: TicketingContext,
): Promise<HoldSeatsResult> {
  const hold = await holdOfKey(userId, input, ctx);
  if (hold === null) throw new Error('A hold of this key was there and is gone');
  return hold;
}

function toResult(hold: SeatHold) {
  return { ...hold, __typename: 'SeatHold' } as const;
}

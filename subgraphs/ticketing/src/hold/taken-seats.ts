import { Prisma } from '../generated/prisma/client.ts';
import type { PlacedSeat } from '../live/announce.ts';

/**
 * Every statement on several rows of `taken_seats` locks them in the order of their ids, so that two
 * that want the same seats wait for each other in one direction only.
 */

/** A row as `PlacedSeat`; whether it is public is told by the clock of the database. */
const placedSeat = Prisma.sql`
  taken_seats.schedule_id AS "scheduleId", taken_seats.seat_id AS "seatId",
  taken_seats.section_id AS "sectionId", EXISTS (
    SELECT FROM schedules JOIN events ON events.id = schedules.event_id
    WHERE schedules.id = taken_seats.schedule_id AND schedules.published_at <= now()
      AND events.published_at IS NOT NULL
  ) AS "isPublic"`;

interface SeatsForHold {
  readonly scheduleId: string;
  readonly seatIds: readonly string[];
  readonly holdId: string;
  readonly heldUntil: Date;
  readonly now: Date;
}

/**
 * Takes the seats for a hold: those that are free, and those of holds that have run out. The primary
 * key decides between rivals. Resolves to the seats that it got; with fewer than asked for the caller
 * has to roll back.
 */
export function takeSeats(
  tx: Prisma.TransactionClient,
  { scheduleId, seatIds, holdId, heldUntil, now }: SeatsForHold,
): Promise<PlacedSeat[]> {
  return tx.$queryRaw<PlacedSeat[]>`
    INSERT INTO taken_seats (schedule_id, seat_id, section_id, state, hold_id, held_until)
    SELECT ${scheduleId}::uuid, id, section_id, 'HELD', ${holdId}::uuid, ${heldUntil}::timestamptz
    FROM seats WHERE id = ANY(${seatIds}::uuid[]) ORDER BY id
    ON CONFLICT (schedule_id, seat_id) DO UPDATE
      SET hold_id = EXCLUDED.hold_id, held_until = EXCLUDED.held_until
      WHERE taken_seats.state = 'HELD' AND taken_seats.held_until <= ${now}
    RETURNING ${placedSeat}`;
}

/** Moves the end of what a hold still has; resolves to the number of its seats. */
export function keepSeatsUntil(
  tx: Prisma.TransactionClient,
  holdId: string,
  heldUntil: Date,
): Promise<number> {
  return tx.$executeRaw`
    WITH locked AS (
      SELECT schedule_id, seat_id FROM taken_seats WHERE hold_id = ${holdId}::uuid
      ORDER BY seat_id FOR UPDATE
    )
    UPDATE taken_seats SET held_until = ${heldUntil} FROM locked
    WHERE taken_seats.schedule_id = locked.schedule_id AND taken_seats.seat_id = locked.seat_id`;
}

/** Frees what the holds still have; seats that somebody else took over stay taken. */
export function freeHeldSeats(
  tx: Prisma.TransactionClient,
  holdIds: readonly string[],
): Promise<PlacedSeat[]> {
  return tx.$queryRaw<PlacedSeat[]>`
    WITH locked AS (
      SELECT schedule_id, seat_id FROM taken_seats WHERE hold_id = ANY(${holdIds}::uuid[])
      ORDER BY seat_id, schedule_id FOR UPDATE
    )
    DELETE FROM taken_seats USING locked
    WHERE taken_seats.schedule_id = locked.schedule_id AND taken_seats.seat_id = locked.seat_id
    RETURNING ${placedSeat}`;
}

/** Books what the hold has for its tickets; resolves to the seats that it still had. */
export function bookHeldSeats(
  tx: Prisma.TransactionClient,
  holdId: string,
  tickets: readonly { readonly id: string; readonly seatId: string }[],
): Promise<PlacedSeat[]> {
  const ticketIds = tickets.map(({ id }) => id);
  const seatIds = tickets.map(({ seatId }) => seatId);
  return tx.$queryRaw<PlacedSeat[]>`
    WITH locked AS (
      SELECT schedule_id, seat_id FROM taken_seats WHERE hold_id = ${holdId}::uuid
      ORDER BY seat_id FOR UPDATE
    )
    UPDATE taken_seats
    SET state = 'BOOKED', hold_id = NULL, held_until = NULL, ticket_id = ticket.id
    FROM locked, unnest(${ticketIds}::uuid[], ${seatIds}::uuid[]) AS ticket (id, seat_id)
    WHERE taken_seats.schedule_id = locked.schedule_id
      AND taken_seats.seat_id = locked.seat_id AND ticket.seat_id = locked.seat_id
    RETURNING ${placedSeat}`;
}

/** Frees the seats of tickets that admit nobody any more. */
export function freeBookedSeats(
  tx: Prisma.TransactionClient,
  ticketIds: readonly string[],
): Promise<PlacedSeat[]> {
  return tx.$queryRaw<PlacedSeat[]>`
    WITH locked AS (
      SELECT schedule_id, seat_id FROM taken_seats WHERE ticket_id = ANY(${ticketIds}::uuid[])
      ORDER BY seat_id FOR UPDATE
    )
    DELETE FROM taken_seats USING locked
    WHERE taken_seats.schedule_id = locked.schedule_id AND taken_seats.seat_id = locked.seat_id
    RETURNING ${placedSeat}`;
}

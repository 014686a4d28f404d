import type pg from 'pg';
import type { Contradiction } from './contradiction.ts';
import { overdueAfter } from './overdue.ts';

/** Contradictions of one kind that are reported; a thousand say no more than a hundred. */
const foundMax = 100;

/** Each finds `subject` and `detail`; the text tells an operator what that means. */
const rules = [
  {
    rule: 'seat-is-sold-once',
    sql: `SELECT schedule_id || ':' || seat_id AS subject,
        count(*) || ' live orders: ' || string_agg(DISTINCT order_id::text, ', ') AS detail
      FROM tickets WHERE status IN ('PENDING_PAYMENT', 'ISSUED', 'USED', 'TRANSFERRED')
      GROUP BY schedule_id, seat_id HAVING count(*) > 1`,
    text: (detail: string) => `The seat is in ${detail}`,
  },
  {
    rule: 'holds-end',
    sql: `SELECT id AS subject, expires_at::text AS detail FROM seat_holds
      WHERE status = 'ACTIVE' AND expires_at < now() - ${overdueAfter}`,
    text: (detail: string) => `The hold is active though it ended at ${detail}`,
  },
  {
    rule: 'held-seat-has-a-hold',
    sql: `SELECT taken.schedule_id || ':' || taken.seat_id AS subject,
        coalesce(hold.id || ' (' || lower(hold.status::text) || ')', 'none') AS detail
      FROM taken_seats AS taken LEFT JOIN seat_holds AS hold ON hold.id = taken.hold_id
      WHERE taken.state = 'HELD' AND hold.status IS DISTINCT FROM 'ACTIVE'`,
    text: (detail: string) => `The seat is held by nobody that holds seats: ${detail}`,
  },
  {
    rule: 'booked-seat-has-a-ticket',
    sql: `SELECT taken.schedule_id || ':' || taken.seat_id AS subject,
        coalesce(ticket.id || ' (' || lower(ticket.status::text) || ')', 'none') AS detail
      FROM taken_seats AS taken LEFT JOIN tickets AS ticket ON ticket.id = taken.ticket_id
      WHERE taken.state = 'BOOKED'
        AND coalesce(ticket.status NOT IN ('PENDING_PAYMENT', 'ISSUED', 'USED', 'TRANSFERRED'), true)`,
    text: (detail: string) => `The seat is booked, but its ticket admits nobody: ${detail}`,
  },
  {
    rule: 'hold-keeps-its-seats',
    sql: `SELECT hold.id AS subject,
        cardinality(hold.seat_ids) || ' wanted, ' || count(taken.seat_id) || ' kept' AS detail
      FROM seat_holds AS hold LEFT JOIN taken_seats AS taken ON taken.hold_id = hold.id
      WHERE hold.status = 'ACTIVE' AND hold.expires_at > now() GROUP BY hold.id
      HAVING cardinality(hold.seat_ids) <> count(taken.seat_id)`,
    text: (detail: string) => `The hold promises seats that it does not have: ${detail}`,
  },
  {
    rule: 'promo-uses-add-up',
    sql: `SELECT code.id AS subject, code.uses_count || ' counted, ' || count(use.*) || ' used' AS detail
      FROM promo_codes AS code LEFT JOIN promo_code_uses AS use
        ON use.promo_code_id = code.id AND use.released_at IS NULL
      GROUP BY code.id HAVING code.uses_count <> count(use.*)`,
    text: (detail: string) => `The promo code counts its uses wrongly: ${detail}`,
  },
] as const;

/** What of ticketing's seats, holds and codes cannot be right, up to a hundred of each kind. */
export async function checkSeats(ticketing: pg.Pool): Promise<Contradiction[]> {
  const found = await Promise.all(
    rules.map(async ({ rule, sql, text }) => {
      const { rows } = await ticketing.query<{ subject: string; detail: string }>(
        `${sql} LIMIT ${foundMax}`,
      );
      return rows.map(({ subject, detail }) => ({ rule, subject, text: text(detail) }));
    }),
  );
  return found.flat();
}

import type { PrismaClient } from '../../src/generated/prisma/client.ts';

/** What the tables of a sale must never say, at any moment, however much is under way. */
export async function findContradictions(database: PrismaClient): Promise<string[]> {
  const found = await database.$queryRaw<{ fault: string }[]>`
    SELECT 'seat in two live orders' AS fault FROM tickets
      WHERE status IN ('PENDING_PAYMENT', 'ISSUED', 'USED')
      GROUP BY schedule_id, seat_id HAVING count(*) > 1
    UNION ALL SELECT 'live ticket without its seat' FROM tickets AS ticket
      WHERE status IN ('PENDING_PAYMENT', 'ISSUED') AND NOT EXISTS (
        SELECT FROM taken_seats WHERE ticket_id = ticket.id AND state = 'BOOKED')
    UNION ALL SELECT 'booked seat of a dead ticket' FROM taken_seats AS taken
      JOIN tickets AS ticket ON ticket.id = taken.ticket_id
      WHERE ticket.status NOT IN ('PENDING_PAYMENT', 'ISSUED', 'USED')
    UNION ALL SELECT 'paid order without valid tickets' FROM orders JOIN tickets AS ticket
      ON ticket.order_id = orders.id
      WHERE orders.status = 'PAID' AND ticket.status NOT IN ('ISSUED', 'USED', 'TRANSFERRED')
    UNION ALL SELECT 'valid ticket of an unpaid order' FROM orders JOIN tickets AS ticket
      ON ticket.order_id = orders.id
      WHERE orders.status <> 'PAID' AND ticket.status = 'ISSUED'
    UNION ALL SELECT 'waiting ticket of an order that does not wait' FROM orders
      JOIN tickets AS ticket ON ticket.order_id = orders.id
      WHERE orders.status <> 'PENDING' AND ticket.status = 'PENDING_PAYMENT'
    UNION ALL SELECT 'order paid with too little, or waiting with enough' FROM orders
      LEFT JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS captured FROM order_payments
        WHERE order_id = orders.id AND is_accepted) AS money ON true
      LEFT JOIN LATERAL (SELECT coalesce(sum(refund.amount_minor), 0) AS returned
        FROM order_refunds AS refund JOIN order_payments AS payment
          ON payment.id = refund.payment_id AND payment.is_accepted
        WHERE refund.order_id = orders.id AND refund_request_id IS NULL) AS given ON true
      WHERE hold_id IS NOT NULL AND (
        (status = 'PAID' AND captured < total_minor)
        OR (status = 'PENDING' AND captured - returned >= total_minor))
    UNION ALL SELECT 'promo code counted wrongly, or used too often' FROM promo_codes AS code
      WHERE uses_count > uses_max OR uses_count <> (SELECT count(*) FROM promo_code_uses
        WHERE promo_code_id = code.id AND released_at IS NULL)
    UNION ALL SELECT 'promo code used too often by one person' FROM promo_code_uses AS use
      JOIN promo_codes AS code ON code.id = use.promo_code_id
      WHERE released_at IS NULL AND user_id IS NOT NULL
      GROUP BY code.id, user_id HAVING count(*) > code.uses_per_user_max
    UNION ALL SELECT 'promo code kept by an order that ended unpaid, or not kept by another'
      FROM promo_code_uses AS use JOIN orders ON orders.id = use.order_id
      WHERE (released_at IS NULL) = (orders.status = 'CANCELLED' AND orders.paid_at IS NULL)`;
  return found.map(({ fault }) => fault);
}

import type pg from 'pg';
import { overdueAfter } from './overdue.ts';
import type {
  LinkFact,
  OrderFact,
  PayableFact,
  PaymentFact,
  PurchaseFacts,
  RefundFact,
  TicketFact,
  ToldPayment,
  ToldRefund,
} from './purchase-facts.ts';

/** Orders that are looked at together. */
const ordersPageMax = 500;
/**
 * The seeds' own orders have no payment, or one that no provider ever saw. Their ids lie below this one,
 * in the first minutes of 2025; ids of sales hold their time.
 */
const firstSoldId = '01940001-0000-7000-8000-000000000000';

export interface PurchaseDatabases {
  readonly ticketing: pg.Pool;
  readonly payments: pg.Pool;
}

/** Every order but the demo's, with all that belongs to it, a page at a time. */
export async function* readPurchases(
  databases: PurchaseDatabases,
): AsyncGenerator<readonly PurchaseFacts[]> {
  let after = firstSoldId;
  for (;;) {
    const orders: OrderFact[] = await readOrders(databases.ticketing, after);
    if (orders.length === 0) return;
    yield await readFacts(databases, orders);
    if (orders.length < ordersPageMax) return;
    after = orders.at(-1)?.id ?? after;
  }
}

async function readOrders(ticketing: pg.Pool, after: string): Promise<OrderFact[]> {
  const { rows } = await ticketing.query<OrderFact>(
    `SELECT id, number, status, currency, total_minor AS "totalMinor",
       status = 'PENDING' AND payable_until < now() - ${overdueAfter} AS "isOverdue"
     FROM orders WHERE id > $1::uuid ORDER BY id LIMIT $2`,
    [after, ordersPageMax],
  );
  return rows;
}

async function readFacts(
  { ticketing, payments }: PurchaseDatabases,
  orders: readonly OrderFact[],
): Promise<PurchaseFacts[]> {
  const ids = orders.map(({ id }) => id);
  const ofTicketing = <Row extends OfOrder>(sql: string) => readByOrder<Row>(ticketing, sql, ids);
  const ofPayments = <Row extends OfOrder>(sql: string) => readByOrder<Row>(payments, sql, ids);
  const [tickets, toldPayments, toldRefunds, asked] = await Promise.all([
    ofTicketing<TicketFact>(ticketsSql),
    ofTicketing<ToldPayment>(
      'SELECT id, order_id AS "orderId", amount_minor AS "amountMinor" FROM order_payments',
    ),
    ofTicketing<ToldRefund>(
      'SELECT id, order_id AS "orderId", amount_minor AS "amountMinor" FROM order_refunds',
    ),
    ofTicketing<OfOrder>('SELECT id, order_id AS "orderId" FROM refund_requests'),
  ]);
  const [payables, paid, refunds, answered, links] = await Promise.all([
    ofPayments<PayableFact>(
      'SELECT order_id AS "orderId", status, total_minor AS "totalMinor" FROM payable_orders',
    ),
    ofPayments<PaymentFact>(paymentsSql),
    ofPayments<RefundFact>(refundsSql),
    ofPayments<OfOrder>('SELECT id, order_id AS "orderId" FROM refund_requests'),
    ofPayments<LinkFact>(
      `SELECT id, order_id AS "orderId", status,
         expires_at < now() - ${overdueAfter} AS "isOverdue"
       FROM payment_links`,
    ),
  ]);
  return orders.map((order) => ({
    order,
    tickets: tickets.get(order.id) ?? [],
    toldPayments: toldPayments.get(order.id) ?? [],
    toldRefunds: toldRefunds.get(order.id) ?? [],
    askedRefundIds: idsOf(asked.get(order.id)),
    payable: payables.get(order.id)?.[0],
    payments: paid.get(order.id) ?? [],
    refunds: refunds.get(order.id) ?? [],
    answeredRefundIds: idsOf(answered.get(order.id)),
    links: links.get(order.id) ?? [],
  }));
}

const ticketsSql = `SELECT id, order_id AS "orderId", status,
    EXISTS (SELECT FROM taken_seats AS taken WHERE taken.ticket_id = tickets.id
      AND taken.state = 'BOOKED' AND taken.seat_id = tickets.seat_id
      AND taken.schedule_id = tickets.schedule_id) AS "hasSeat"
  FROM tickets`;

const paymentsSql = `SELECT id, order_id AS "orderId", status, amount_minor AS "amountMinor",
    currency, refunded_minor AS "refundedMinor", refund_reserved_minor AS "refundReservedMinor",
    provider_state AS "providerState", provider_reference AS "providerReference",
    provider IS NOT NULL AS "isAtProvider"
  FROM payments`;

const refundsSql = `SELECT id, order_id AS "orderId", payment_id AS "paymentId", status,
    amount_minor AS "amountMinor", is_stray AS "isStray",
    provider_payment_id AS "providerPaymentId",
    EXISTS (SELECT FROM refunds AS retry WHERE retry.retry_of_id = refunds.id) AS "isRetried"
  FROM refunds`;

interface OfOrder {
  readonly id?: string;
  readonly orderId: string;
}

async function readByOrder<Row extends OfOrder>(
  pool: pg.Pool,
  sql: string,
  orderIds: readonly string[],
): Promise<Map<string, Row[]>> {
  const { rows } = await pool.query<Row>(`${sql} WHERE order_id = ANY($1::uuid[])`, [orderIds]);
  return Map.groupBy(rows, ({ orderId }) => orderId);
}

function idsOf(rows: readonly OfOrder[] = []): string[] {
  return rows.flatMap(({ id }) => id ?? []);
}

/** Payments by the provider's own names for them, and refunds of these or of other money of theirs. */
export async function readPayments(
  payments: pg.Pool,
  references: readonly string[],
): Promise<{ readonly payments: PaymentFact[]; readonly refunds: RefundFact[] }> {
  const found = await payments.query<PaymentFact>(
    `${paymentsSql} WHERE provider_reference = ANY($1)`,
    [references],
  );
  const paymentIds = found.rows.map(({ id }) => id);
  const refunds = await payments.query<RefundFact>(
    `${refundsSql} WHERE payment_id = ANY($1::uuid[]) OR provider_payment_id = ANY($2)`,
    [paymentIds, references],
  );
  return { payments: found.rows, refunds: refunds.rows };
}

/** Every payment but the demo's, a page at a time. */
export async function* readAllPayments(pool: pg.Pool): AsyncGenerator<readonly PaymentFact[]> {
  let after = firstSoldId;
  for (;;) {
    const page: { readonly rows: PaymentFact[] } = await pool.query<PaymentFact>(
      `${paymentsSql} WHERE id > $1::uuid ORDER BY id LIMIT $2`,
      [after, ordersPageMax],
    );
    if (page.rows.length > 0) yield page.rows;
    if (page.rows.length < ordersPageMax) return;
    after = page.rows.at(-1)?.id ?? after;
  }
}

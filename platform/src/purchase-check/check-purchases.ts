import { setTimeout as delay } from 'node:timers/promises';
import { openMessageBus } from '@plaza/kit/message-bus/open-message-bus';
import pg from 'pg';
import { pino } from 'pino';
import { type Contradiction, contradictionsOf } from './contradiction.ts';
import { checkDeadLetters, checkOutbox } from './message-rules.ts';
import { checkOrder } from './order-rules.ts';
import { checkProvider, type ProviderBooks } from './provider-rules.ts';
import { type PurchaseDatabases, readAllPayments, readPurchases } from './read-purchases.ts';
import { checkSeats } from './seat-rules.ts';

/** Connections to each database. */
const poolMax = 4;
const connectTimeoutMs = 10_000;
/** How long one statement may take. */
const statementTimeoutMs = 60_000;

export interface PurchaseSources {
  readonly ticketingUrl: string;
  readonly paymentsUrl: string;
  /** Undefined: dead letters are not looked at. */
  readonly messageBusUrl: string | undefined;
  /** Undefined: the provider's books are not looked at. */
  readonly provider: ProviderBooks | undefined;
}

export interface PurchaseReport {
  readonly orders: number;
  readonly paidOrders: number;
  readonly tickets: number;
  readonly capturedMinor: Readonly<Record<string, number>>;
  readonly contradictions: readonly Contradiction[];
}

/**
 * Walks every order, seat, payment, refund and message and reports what cannot be right once nothing is
 * under way: money without tickets, tickets without money, a seat sold twice, books that differ.
 * Reads only. Throws when a database, the bus or the provider does not answer.
 */
export async function checkPurchases(sources: PurchaseSources): Promise<PurchaseReport> {
  await using resources = new AsyncDisposableStack();
  const open = (url: string): pg.Pool => {
    const pool = new pg.Pool({
      connectionString: url,
      max: poolMax,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
    });
    resources.defer(() => pool.end());
    return pool;
  };
  const databases = { ticketing: open(sources.ticketingUrl), payments: open(sources.paymentsUrl) };
  const walked = await walkOrders(databases);
  const contradictions = [
    ...walked.contradictions,
    ...(await checkSeats(databases.ticketing)),
    ...(await findOrphans(databases)),
    ...(await checkOutbox('ticketing', databases.ticketing)),
    ...(await checkOutbox('payments', databases.payments)),
  ];
  if (sources.provider !== undefined) {
    contradictions.push(...(await checkProvider(sources.provider, databases.payments)));
  }
  if (sources.messageBusUrl !== undefined) {
    const log = pino({ level: 'silent' });
    const bus = resources.use(await openMessageBus(sources.messageBusUrl, { log }));
    contradictions.push(...(await checkDeadLetters(bus)));
  }
  return { ...walked, contradictions };
}

/**
 * As `checkPurchases`, on a platform that sells meanwhile: reports what is still wrong when it looks
 * again after `confirmAfterMs`, so that purchases under way are no contradictions.
 */
export async function confirmPurchases(
  sources: PurchaseSources,
  confirmAfterMs: number,
): Promise<PurchaseReport> {
  const first = await checkPurchases(sources);
  if (first.contradictions.length === 0) return first;
  await delay(confirmAfterMs);
  const second = await checkPurchases(sources);
  const known = new Set(first.contradictions.map(keyOf));
  const contradictions = second.contradictions.filter((found) => known.has(keyOf(found)));
  return { ...second, contradictions };
}

function keyOf({ rule, subject, text }: Contradiction): string {
  return JSON.stringify([rule, subject, text]);
}

async function walkOrders(databases: PurchaseDatabases): Promise<PurchaseReport> {
  const contradictions: Contradiction[] = [];
  const capturedMinor: Record<string, number> = {};
  let [orders, paidOrders, tickets] = [0, 0, 0];
  for await (const page of readPurchases(databases)) {
    for (const facts of page) {
      orders += 1;
      contradictions.push(...checkOrder(facts));
      for (const { status, currency, amountMinor } of facts.payments) {
        if (status !== 'CAPTURED' && status !== 'REFUNDED') continue;
        capturedMinor[currency] = (capturedMinor[currency] ?? 0) + amountMinor;
      }
      if (facts.order.status !== 'PAID') continue;
      paidOrders += 1;
      tickets += facts.tickets.filter(({ status }) => status === 'ISSUED').length;
    }
  }
  return { orders, paidOrders, tickets, capturedMinor, contradictions };
}

/** Payments for orders that ticketing does not have. */
async function findOrphans({ ticketing, payments }: PurchaseDatabases): Promise<Contradiction[]> {
  const found: Contradiction[] = [];
  for await (const page of readAllPayments(payments)) {
    const { rows } = await ticketing.query<{ id: string }>(
      'SELECT id FROM orders WHERE id = ANY($1::uuid[])',
      [page.map(({ orderId }) => orderId)],
    );
    const known = new Set(rows.map(({ id }) => id));
    for (const { id, orderId } of page.filter((payment) => !known.has(payment.orderId))) {
      const notes = contradictionsOf(id);
      notes.add('payments-have-orders', `Payment ${id} is for order ${orderId}, which is nowhere`);
      found.push(...notes.found);
    }
  }
  return found;
}

import type { MessageBus } from '@plaza/kit/message-bus/message-bus';
import { ordersQueue } from '@plaza/payments/payable-order/order-consumer';
import { AppError } from '@plaza/schema/errors';
import { paymentQueue } from '@plaza/ticketing/order/payment-events';
import type pg from 'pg';
import type { Contradiction } from './contradiction.ts';

/** Queues whose dead letters leave a purchase half done. */
const queues = [paymentQueue, ordersQueue];
/** Dead letters of one queue that are reported. */
const deadLettersMax = 100;

/** Messages of one subgraph that did not reach the bus, or that no queue ever took. */
export async function checkOutbox(name: string, database: pg.Pool): Promise<Contradiction[]> {
  const { rows } = await database.query<{ type: string; waiting: number; lost: number }>(
    `SELECT type, count(*) FILTER (WHERE sent_at IS NULL)::int AS waiting,
       count(*) FILTER (WHERE sent_at IS NOT NULL)::int AS lost
     FROM outbox_message WHERE sent_at IS NULL OR last_error IS NOT NULL GROUP BY type`,
  );
  return rows.flatMap(({ type, waiting, lost }) => {
    const subject = `${name}: ${type}`;
    const found: Contradiction[] = [];
    if (waiting > 0) {
      const text = `${waiting} messages ${type} wait in the outbox of ${name}`;
      found.push({ rule: 'outboxes-are-empty', subject, text });
    }
    if (lost > 0) {
      const text = `${lost} messages ${type} of ${name} had trouble to find a queue`;
      found.push({ rule: 'messages-find-a-queue', subject, text });
    }
    return found;
  });
}

/** Messages that were given up and wait for an operator. */
export async function checkDeadLetters(bus: MessageBus): Promise<Contradiction[]> {
  const found = await Promise.all(queues.map((queue) => listDead(bus, queue)));
  return found.flat();
}

async function listDead(bus: MessageBus, queue: string): Promise<Contradiction[]> {
  try {
    const { items } = await bus.deadLetters.list({ queue, limit: deadLettersMax });
    return items.map(({ message, reason, attempts }) => ({
      rule: 'no-dead-letters',
      subject: message.id,
      text: `${queue} gave up ${message.type} after ${attempts} attempts: ${reason}`,
    }));
  } catch (error) {
    // A queue that nobody has read yet holds no messages.
    if (error instanceof AppError && error.code === 'BAD_USER_INPUT') return [];
    throw error;
  }
}

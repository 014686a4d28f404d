import type { TicketingTransactions } from '../transactions.ts';
import { cancelOrder } from './end-order.ts';

/** Orders that one run of the job ends, each in a transaction of its own. */
const batchMax = 50;
/** A card payment that began in time may take eight seconds, and word of it a few more. */
export const payGraceMs = 15_000;
const actor = { userId: null, requestId: 'job: order expiry' };

/**
 * Cancels pending orders whose time to pay, and the grace after it, are over. Processes share the work: an order that one has
 * locked is skipped by the others. Resolves to true when more may wait.
 */
export async function expireOrders(
  transactions: TicketingTransactions,
  now: Date,
  signal?: AbortSignal,
): Promise<boolean> {
  const graceStart = new Date(now.getTime() - payGraceMs);
  for (let done = 0; done < batchMax; done += 1) {
    if (signal?.aborted) return false;
    const isFound = await transactions.run(async (work) => {
      const [due] = await work.tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM orders WHERE status = 'PENDING' AND payable_until <= ${graceStart}
        ORDER BY payable_until LIMIT 1 FOR UPDATE SKIP LOCKED`;
      if (due === undefined) return false;
      const end = { from: ['PENDING'], reason: 'EXPIRED', actor, now } as const;
      return cancelOrder(work, { orderId: due.id, ...end });
    });
    if (!isFound) return false;
  }
  return true;
}

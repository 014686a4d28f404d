import { BackgroundJob } from '@plaza/kit/jobs/background-job';
import { expireHolds } from './hold/expire-holds.ts';
import { expireOrders } from './order/expire-orders.ts';
import { cancelOrdersOfSchedules } from './order/schedule-cancellation.ts';
import type { TicketingTransactions } from './transactions.ts';

/** Pause between two looks at what has run out. Requests go by the time itself, so this tidies up. */
const sweepEveryMs = 5_000;

/** What ticketing does by itself. The rows say what is due: any number of processes share the work. */
export function createJobs(
  transactions: TicketingTransactions,
  now: () => Date,
): readonly BackgroundJob[] {
  const everyMs = sweepEveryMs;
  return [
    new BackgroundJob({
      ...{ name: 'hold expiry', everyMs },
      run: () => expireHolds(transactions, now()),
    }),
    new BackgroundJob({
      ...{ name: 'order expiry', everyMs },
      run: (signal) => expireOrders(transactions, now(), signal),
    }),
    new BackgroundJob({
      ...{ name: 'schedule cancellation', everyMs },
      run: (signal) => cancelOrdersOfSchedules(transactions, now(), signal),
    }),
  ];
}

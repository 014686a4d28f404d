import { setTimeout as delay } from 'node:timers/promises';
import { checkPurchases, type PurchaseReport } from '../../src/purchase-check/check-purchases.ts';
import type { PurchasePlatform } from './purchase-platform.ts';

/** A refund that is asked for again waits longest. */
const settleTimeoutMs = 60_000;
const settlePollMs = 500;

/** The checker's report once nothing contradicts, or what still does when the time is over. */
export async function untilSettled(
  { sources }: Pick<PurchasePlatform, 'sources'>,
  timeoutMs = settleTimeoutMs,
): Promise<PurchaseReport> {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    const report = await checkPurchases(sources);
    if (report.contradictions.length === 0 || Date.now() > endsAt) return report;
    await delay(settlePollMs);
  }
}

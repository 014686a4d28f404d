import type { PurchaseReport } from './check-purchases.ts';
import { showMoney } from './contradiction.ts';

/** Contradictions that are printed; their number is always told. */
const shownMax = 200;

/** The report in words: one line of what was looked at, then one line for each contradiction. */
export function showReport(report: PurchaseReport): string {
  const { orders, paidOrders, tickets, capturedMinor, contradictions } = report;
  const money = Object.entries(capturedMinor).map(([currency, sum]) => showMoney(sum, currency));
  const seen =
    `${orders} orders, ${paidOrders} of them paid with ${tickets} valid tickets, ` +
    `${money.join(' and ') || 'no money'} captured`;
  if (contradictions.length === 0) return `${seen}: no contradiction.`;
  const shown = contradictions
    .slice(0, shownMax)
    .map(({ rule, subject, text }) => `  ${rule} (${subject}): ${text}`);
  const rest = contradictions.length - shown.length;
  if (rest > 0) shown.push(`  and ${rest} more`);
  return [`${seen}: ${contradictions.length} contradictions.`, ...shown].join('\n');
}

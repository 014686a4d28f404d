/**
 * Says whether money, orders, tickets and seats agree, and ends with code 1 when they do not. Finds
 * databases, bus and provider by the settings of ticketing and payments. Options:
 * `--confirm-after-s 30`, how long a finding must last to be reported (0 for a platform at rest), and
 * `--without-provider`, for a provider that does not show its books.
 */
import { parseArgs } from 'node:util';
import { readPaymentsConfig } from '@plaza/payments/config';
import { readTicketingConfig } from '@plaza/ticketing/config';
import { confirmPurchases } from '../purchase-check/check-purchases.ts';
import { showReport } from '../purchase-check/show-report.ts';
import { endWith, printLine } from '../terminal.ts';

try {
  const { values } = parseArgs({
    options: {
      'confirm-after-s': { type: 'string', default: '30' },
      'without-provider': { type: 'boolean', default: false },
    },
  });
  const payments = readPaymentsConfig();
  const sources = {
    ticketingUrl: readTicketingConfig().databaseUrl,
    paymentsUrl: payments.databaseUrl,
    messageBusUrl: payments.messageBusUrl,
    provider: values['without-provider'] ? undefined : payments.provider,
  };
  const report = await confirmPurchases(sources, Number(values['confirm-after-s']) * 1_000);
  printLine(showReport(report));
  if (report.contradictions.length > 0) process.exitCode = 1;
} catch (error) {
  endWith(error);
}

import { BackgroundJob } from '@plaza/kit/jobs/background-job';
import { Transactions } from '@plaza/kit/messaging/transactions';
import type { SubgraphDependencies } from '@plaza/kit/subgraph';
import { BoxOfficeService } from './box-office/box-office.service.ts';
import { ClientCreditService } from './client-credit/client-credit.service.ts';
import type { PaymentsConfig } from './config.ts';
import type { PaymentsServices } from './context.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import { CardPaymentService } from './payment/card-payment.service.ts';
import { PaymentService } from './payment/payment.service.ts';
import { PaymentLinkService } from './payment-link/payment-link.service.ts';
import type { PaymentProvider } from './provider/payment-provider.ts';
import { ProviderSync } from './provider/provider-sync.ts';
import { reconcilePayments } from './provider/reconcile-payments.ts';
import { RefundService } from './refund/refund.service.ts';
import { RefundDeskService } from './refund/refund-desk.service.ts';
import { RefundSender } from './refund/refund-sender.ts';
import { purgeOldRows } from './webhook/webhook-route.ts';
import type { PaymentsTransactions } from './work.ts';

/** How often old webhook ids and idempotency keys are forgotten. */
const purgeIntervalMs = 3_600_000;

export interface OpenServices {
  readonly services: PaymentsServices;
  readonly transactions: PaymentsTransactions;
  readonly sync: ProviderSync;
  readonly jobs: readonly BackgroundJob[];
  /** Something waits for the jobs that talk to the provider. */
  readonly wakeJobs: () => void;
}

/** Everything of payments that lives as long as the process, connected with each other. */
export function openServices(
  { config, log, messaging }: SubgraphDependencies<PaymentsConfig>,
  { prisma, provider }: { readonly prisma: PrismaClient; readonly provider: PaymentProvider },
): OpenServices {
  const { reconcileDelayMs, reconcileIntervalMs: everyMs } = config;
  const transactions = new Transactions<Prisma.TransactionClient>({
    prisma,
    source: 'payments',
    pubSub: messaging.pubSub,
    log,
  });
  const { abandonAfterMs, lastLookAfterMs, refundRetryDelayMs, refundRetriesMax } = config;
  const rules = { log, refundRetryDelayMs, refundRetriesMax };
  const base = { prisma, transactions, provider, reconcileDelayMs, ...rules };
  const sync = new ProviderSync({ ...base, abandonAfterMs, lastLookAfterMs });
  const sender = new RefundSender(base);
  const reconciliation = new BackgroundJob({
    name: 'payment reconciliation',
    everyMs,
    run: () => reconcilePayments({ prisma, sync, reconcileDelayMs }),
  });
  const refunding = new BackgroundJob({ name: 'refunds', everyMs, run: () => sender.sendDue() });
  const wakeJobs = (): void => {
    reconciliation.wake();
    refunding.wake();
  };
  const cards = new CardPaymentService({
    ...config,
    ...base,
    sync,
    callTimeoutMs: config.provider.callTimeoutMs,
    wakeJobs,
  });
  const paymentLinks = new PaymentLinkService({ prisma, transactions, cards });
  const services = {
    payments: new PaymentService(prisma),
    cards,
    paymentLinks,
    refunds: new RefundService({ prisma, transactions, sender }),
    refundDesk: new RefundDeskService({ prisma, transactions, sender }),
    boxOffice: new BoxOfficeService({ prisma, transactions, usdRateMilli: config.usdRateMilli }),
    credit: new ClientCreditService(prisma, transactions),
  };
  const expiry = new BackgroundJob({
    name: 'payment link expiry',
    everyMs: config.linkExpiryIntervalMs,
    run: () => paymentLinks.expireDue(),
  });
  const purge = new BackgroundJob({
    name: 'payments purge',
    everyMs: purgeIntervalMs,
    run: () => purgeOldRows(prisma),
  });
  const jobs = [reconciliation, refunding, expiry, purge];
  return { services, transactions, sync, jobs, wakeJobs };
}

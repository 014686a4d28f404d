import 'reflect-metadata';
import { createDeadLetterResolver } from '@plaza/kit/dead-letters/dead-letter.resolver';
import { buildFederatedSchema, type FederatedSchema } from '@plaza/kit/federated-schema';
import { BoxOfficeResolver } from './box-office/box-office.resolver.ts';
import {
  ClientCreditResolver,
  ClientCreditTransactionResolver,
} from './client-credit/client-credit.resolver.ts';
import type { PaymentsContext } from './context.ts';
import { resolveOrderReference } from './order/order.reference.ts';
import { OrderResolver } from './order/order.resolver.ts';
import { ordersQueue } from './payable-order/order-consumer.ts';
import { CardPaymentResolver } from './payment/card-payment.resolver.ts';
import { resolvePaymentReference } from './payment/payment.reference.ts';
import { PaymentResolver } from './payment/payment.resolver.ts';
import { PaymentLinkResolver } from './payment-link/payment-link.resolver.ts';
import { RefundResolver } from './refund/refund.resolver.ts';
import { RefundDeskResolver } from './refund/refund-desk.resolver.ts';
import { resolveUserReference } from './user/user.reference.ts';
import { UserResolver } from './user/user.resolver.ts';

/** The schema of payments, executable and as SDL. */
export function buildPaymentsSchema(): Promise<FederatedSchema> {
  return buildFederatedSchema<PaymentsContext>({
    resolvers: [
      PaymentResolver,
      CardPaymentResolver,
      RefundResolver,
      RefundDeskResolver,
      BoxOfficeResolver,
      ClientCreditResolver,
      ClientCreditTransactionResolver,
      PaymentLinkResolver,
      createDeadLetterResolver({ subgraph: 'payments', queues: [ordersQueue] }),
      OrderResolver,
      UserResolver,
    ],
    references: {
      Payment: resolvePaymentReference,
      Order: resolveOrderReference,
      User: resolveUserReference,
    },
  });
}

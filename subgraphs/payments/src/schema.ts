import 'reflect-metadata';
import { buildFederatedSchema, type FederatedSchema } from '@plaza/kit/federated-schema';
import type { PaymentsContext } from './context.ts';
import { resolveOrderReference } from './order/order.reference.ts';
import { OrderResolver } from './order/order.resolver.ts';
import { resolvePaymentReference } from './payment/payment.reference.ts';
import { PaymentResolver } from './payment/payment.resolver.ts';
import { resolveUserReference } from './user/user.reference.ts';
import { UserResolver } from './user/user.resolver.ts';

/** The schema of payments, executable and as SDL. */
export function buildPaymentsSchema(): Promise<FederatedSchema> {
  return buildFederatedSchema<PaymentsContext>({
    resolvers: [PaymentResolver, OrderResolver, UserResolver],
    references: {
      Payment: resolvePaymentReference,
      Order: resolveOrderReference,
      User: resolveUserReference,
    },
  });
}

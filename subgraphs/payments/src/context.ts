import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { PaymentLoaders } from './payment/payment.loader.ts';
import type { PaymentService } from './payment/payment.service.ts';

/** What the resolvers of payments find in their context. */
export interface PaymentsContext extends SubgraphContext {
  readonly payments: PaymentService;
  /** Fresh for each request. */
  readonly loaders: PaymentLoaders;
}

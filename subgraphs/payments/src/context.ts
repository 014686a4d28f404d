import type { DeadLettersContext } from '@plaza/kit/dead-letters/dead-letter.resolver';
import type { PubSub } from '@plaza/pub-sub/pub-sub';
import type { BoxOfficeService } from './box-office/box-office.service.ts';
import type { ClientCreditService } from './client-credit/client-credit.service.ts';
import type { CardPaymentService } from './payment/card-payment.service.ts';
import type { PaymentLoaders } from './payment/payment.loader.ts';
import type { PaymentService } from './payment/payment.service.ts';
import type { PaymentLinkService } from './payment-link/payment-link.service.ts';
import type { RefundService } from './refund/refund.service.ts';
import type { RefundDeskService } from './refund/refund-desk.service.ts';

/** What lives as long as the process. */
export interface PaymentsServices {
  readonly payments: PaymentService;
  readonly cards: CardPaymentService;
  readonly refunds: RefundService;
  readonly refundDesk: RefundDeskService;
  readonly boxOffice: BoxOfficeService;
  readonly credit: ClientCreditService;
  readonly paymentLinks: PaymentLinkService;
}

/** What the resolvers of payments find in their context. */
export interface PaymentsContext extends DeadLettersContext, PaymentsServices {
  readonly pubSub: PubSub;
  /** Fresh for each request. */
  readonly loaders: PaymentLoaders;
}

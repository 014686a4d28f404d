/** What the databases say about one order; amounts in minor units of the order's currency. */
export interface PurchaseFacts {
  readonly order: OrderFact;
  readonly tickets: readonly TicketFact[];
  /** Money that ticketing was told of. */
  readonly toldPayments: readonly ToldPayment[];
  readonly toldRefunds: readonly ToldRefund[];
  /** Ids of what ticketing asked payments to give back. */
  readonly askedRefundIds: readonly string[];
  /** What payments knows of the order; undefined when it never heard of it. */
  readonly payable: PayableFact | undefined;
  readonly payments: readonly PaymentFact[];
  readonly refunds: readonly RefundFact[];
  /** Ids of what payments answered. */
  readonly answeredRefundIds: readonly string[];
  readonly links: readonly LinkFact[];
}

export interface OrderFact {
  readonly id: string;
  readonly number: number;
  readonly status: 'PENDING' | 'PAID' | 'REFUNDED' | 'CANCELLED';
  readonly currency: string;
  readonly totalMinor: number;
  readonly isOverdue: boolean;
}

export interface TicketFact {
  readonly id: string;
  readonly orderId: string;
  readonly status: 'PENDING_PAYMENT' | 'ISSUED' | 'USED' | 'TRANSFERRED' | 'CANCELLED' | 'EXPIRED';
  /** Its seat is booked for it. */
  readonly hasSeat: boolean;
}

export interface ToldPayment {
  readonly id: string;
  readonly orderId: string;
  readonly amountMinor: number;
}

export interface ToldRefund {
  readonly id: string;
  readonly orderId: string;
  readonly amountMinor: number;
}

export interface PayableFact {
  readonly orderId: string;
  readonly status: 'PAYABLE' | 'PAID' | 'CANCELLED';
  readonly totalMinor: number | null;
}

export interface PaymentFact {
  readonly id: string;
  readonly orderId: string;
  readonly status: 'PENDING' | 'CAPTURED' | 'FAILED' | 'CANCELLED' | 'EXPIRED' | 'REFUNDED';
  readonly amountMinor: number;
  readonly currency: string;
  readonly refundedMinor: number;
  readonly refundReservedMinor: number;
  readonly providerState: string | null;
  readonly providerReference: string | null;
  /** The provider holds its money: another method has no books but ours. */
  readonly isAtProvider: boolean;
}

export interface RefundFact {
  readonly id: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly status: 'REQUESTED' | 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly amountMinor: number;
  /** Of money that its payment does not count: too late, twice, or another amount than asked. */
  readonly isStray: boolean;
  /** The provider's payment that took stray money. */
  readonly providerPaymentId: string | null;
  /** It failed, and another refund gives its money back. */
  readonly isRetried: boolean;
}

export interface LinkFact {
  readonly id: string;
  readonly orderId: string;
  readonly status: 'PENDING' | 'PAID' | 'EXPIRED' | 'CANCELLED';
  readonly isOverdue: boolean;
}

/** Money that was captured, whether or not it went back. */
export function isCaptured({ status }: Pick<PaymentFact, 'status'>): boolean {
  return status === 'CAPTURED' || status === 'REFUNDED';
}

export function sumOf(items: readonly { readonly amountMinor: number }[]): number {
  return items.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

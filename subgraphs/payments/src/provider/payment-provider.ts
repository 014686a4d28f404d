/** A payment as the provider reports it. Amounts are minor units. */
export interface ProviderPayment {
  readonly id: string;
  readonly status:
    | 'requires_challenge'
    | 'processing'
    | 'captured'
    | 'declined'
    | 'cancelled'
    | 'expired';
  readonly amountMinor: number;
  readonly currency: string;
  readonly capturedMinor: number;
  /** Given back for good; pending refunds are not in it. */
  readonly refundedMinor: number;
  /** Our own name for it, as we sent it. */
  readonly reference: string;
  readonly card: { readonly brand: string; readonly last4: string };
  readonly declineCode: string | null;
  /** Where the cardholder must go, while the status is `requires_challenge`. */
  readonly challenge: { readonly url: string; readonly expiresAt: Date } | null;
  readonly refunds: readonly ProviderRefund[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ProviderRefund {
  readonly id: string;
  readonly amountMinor: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Our own name for it, as we sent it. */
  readonly reference: string | null;
  readonly createdAt: Date;
}

export interface CreatePaymentRequest {
  /** Made once for one intent to pay, kept before the call, the same in every repetition. */
  readonly idempotencyKey: string;
  /** Our payment's id: what `findPayments` finds it by. */
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** What the provider's form gave the client in place of the card. Never stored, never logged. */
  readonly cardToken: string;
  /** Where the cardholder's browser returns after a challenge. */
  readonly returnUrl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface RefundPaymentRequest {
  /** Made once for one intent to refund, kept before the call, the same in every repetition. */
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  /** Our refund's id. */
  readonly reference?: string;
}

/** The provider understood and said no: nothing was done, and repeating it changes nothing. */
export interface Refused {
  readonly kind: 'refused';
  /** The provider's own code. */
  readonly code: string;
  readonly message: string;
}

/** This call certainly did nothing: it may be made again later, with the same idempotency key. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: UnavailableReason;
}

/**
 * Nobody knows whether it was done. Make the same call again with the same idempotency key, or look
 * for it by reference; never with a new key.
 */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
}

export type UnavailableReason =
  | 'circuit_open'
  | 'unreachable'
  | 'provider_down'
  | 'rate_limited'
  | 'credentials_refused'
  | UnknownReason;

export type UnknownReason =
  | 'timeout'
  | 'aborted'
  | 'connection_lost'
  | 'server_error'
  | 'bad_answer';

export interface NotFound {
  readonly kind: 'not_found';
}

export type CreatePaymentOutcome =
  /** It exists; its status says whether money moves. A declined card is `created` too. */
  { readonly kind: 'created'; readonly payment: ProviderPayment } | Refused | Unavailable | Unknown;

export type GetPaymentOutcome =
  | { readonly kind: 'found'; readonly payment: ProviderPayment }
  | NotFound
  | Unavailable;

export type FindPaymentsOutcome =
  /** Oldest first; empty when the provider has none. */
  { readonly kind: 'found'; readonly payments: readonly ProviderPayment[] } | Unavailable;

export type CancelPaymentOutcome =
  | { readonly kind: 'cancelled'; readonly payment: ProviderPayment }
  /** It is captured, declined or expired: `payment` says which. */
  | { readonly kind: 'not_cancellable'; readonly payment: ProviderPayment }
  | NotFound
  | Unavailable
  | Unknown;

export type RefundPaymentOutcome =
  /** It exists; a pending one ends by an event. */
  | { readonly kind: 'refunded'; readonly refund: ProviderRefund }
  | Refused
  | NotFound
  | Unavailable
  | Unknown;

export interface WebhookDelivery {
  /** The bytes as they arrived, before any parser. */
  readonly rawBody: Uint8Array;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What the provider tells. It may come twice, late, in any order, or never. */
export type ProviderEvent =
  | {
      readonly id: string;
      readonly type: `payment.${ProviderPayment['status']}` | `refund.${ProviderRefund['status']}`;
      readonly createdAt: Date;
      /** As it was when the event was made, which may be long ago. */
      readonly payment: ProviderPayment;
      readonly refund: ProviderRefund | null;
    }
  /** Of a kind that we do not know: acknowledge it and do nothing. */
  | { readonly id: string; readonly type: 'unrecognized' };

export type WebhookVerdict =
  | { readonly kind: 'verified'; readonly event: ProviderEvent }
  | {
      readonly kind: 'rejected';
      readonly reason:
        | 'signature_missing'
        | 'signature_malformed'
        | 'signature_wrong'
        | 'outside_tolerance'
        | 'body_malformed';
    };

export interface CallOptions {
  /** Ends the call early; what was already sent may still be done. */
  readonly signal?: AbortSignal;
}

/**
 * A card payment provider. Methods answer with an outcome and throw only AppError
 * INTERNAL_SERVER_ERROR for a request that no provider could take (a fault in our code).
 */
export interface PaymentProvider {
  createPayment(
    request: CreatePaymentRequest,
    options?: CallOptions,
  ): Promise<CreatePaymentOutcome>;
  getPayment(paymentId: string, options?: CallOptions): Promise<GetPaymentOutcome>;
  /** By our reference: for a payment whose creation nobody knows the outcome of. */
  findPayments(reference: string, options?: CallOptions): Promise<FindPaymentsOutcome>;
  /** Stops a payment before it is captured. Safe to repeat. */
  cancelPayment(paymentId: string, options?: CallOptions): Promise<CancelPaymentOutcome>;
  refundPayment(
    request: RefundPaymentRequest,
    options?: CallOptions,
  ): Promise<RefundPaymentOutcome>;
  /** Whether the provider sent this, lately. Does not know events that came before: keep their ids. */
  verifyWebhook(delivery: WebhookDelivery): WebhookVerdict;
}

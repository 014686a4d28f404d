import {
  amount,
  databaseUrl,
  port,
  readEnvironment,
  type SubgraphConfig,
  sharedEnvironment,
  toSharedConfig,
} from '@plaza/kit/environment';
import { z } from 'zod';
import {
  type PaymentProviderSettings,
  paymentProviderDefaults,
} from './provider/http-payment-provider.ts';

/** Every environment key that payments reads. */
export const environment = z.object({
  ...sharedEnvironment,
  /** PostgreSQL database of payments. */
  PAYMENTS_DATABASE_URL: databaseUrl('payments'),
  /** TCP port of payments. */
  PAYMENTS_PORT: port(4003),
  /** Where the card provider's API starts. */
  PAYMENT_PROVIDER_URL: z.url().default('http://127.0.0.1:4090'),
  /** What the card provider knows us by. */
  PAYMENT_PROVIDER_API_KEY: z.string().min(8).default('sandbox-api-key'),
  /** What webhooks are signed with; two, separated by a comma, while one replaces the other. */
  PAYMENT_PROVIDER_WEBHOOK_SECRETS: z.string().min(8).default('sandbox-webhook-secret'),
  /** How long one try of a call to the provider may take, in milliseconds. */
  PAYMENT_PROVIDER_ATTEMPT_TIMEOUT_MS: amount(3_000),
  /** How long a call to the provider may take with all its tries, in milliseconds. */
  PAYMENT_PROVIDER_CALL_TIMEOUT_MS: amount(8_000),
  /** Where a cardholder's browser returns after a challenge; empty for nowhere. */
  PAYMENT_RETURN_URL: z.union([z.literal(''), z.url()]).default(''),
  /** How long payOrder waits for news of an order that it does not know, in milliseconds. */
  PAYMENT_ORDER_WAIT_MS: amount(2_000),
  /** How long a payment that the provider has never heard of is looked for, in milliseconds. */
  PAYMENT_ABANDON_AFTER_MS: amount(60_000),
  /** When the provider is asked once more about a payment that has ended, in milliseconds. */
  PAYMENT_LAST_LOOK_AFTER_MS: amount(600_000),
  /** How often open payments are compared with the provider, in milliseconds. */
  PAYMENT_RECONCILE_INTERVAL_MS: amount(2_000),
  /** Pause before the provider is asked again; doubles up to twelve times as much, in milliseconds. */
  PAYMENT_RECONCILE_DELAY_MS: amount(5_000),
  /** Pause before a failed refund is sent again; four times as long after each more, in milliseconds. */
  PAYMENT_REFUND_RETRY_DELAY_MS: amount(60_000),
  /** How often a failed refund is sent again before staff has to see to it. */
  PAYMENT_REFUND_RETRIES_MAX: amount(5, { min: 0, max: 8 }),
  /** How often links are looked at that have run out, in milliseconds. */
  PAYMENT_LINK_EXPIRY_INTERVAL_MS: amount(5_000),
  /** What a dollar in cash is worth over the counter: thousandths of a peso. */
  PAYMENT_USD_RATE_MILLI: amount(20_000),
});

export interface PaymentsConfig extends SubgraphConfig {
  readonly provider: PaymentProviderSettings;
  /** Undefined: nowhere. */
  readonly returnUrl: string | undefined;
  readonly orderWaitMs: number;
  readonly abandonAfterMs: number;
  readonly lastLookAfterMs: number;
  readonly reconcileIntervalMs: number;
  readonly reconcileDelayMs: number;
  readonly refundRetryDelayMs: number;
  readonly refundRetriesMax: number;
  readonly linkExpiryIntervalMs: number;
  readonly usdRateMilli: number;
}

/** Settings of payments. Throws StartupError that lists every problem at once. */
export function readPaymentsConfig(
  values: Readonly<Record<string, string | undefined>> = process.env,
): PaymentsConfig {
  const read = readEnvironment(environment, values);
  return Object.freeze({
    ...toSharedConfig(read),
    databaseUrl: read.PAYMENTS_DATABASE_URL,
    port: read.PAYMENTS_PORT,
    provider: {
      ...paymentProviderDefaults,
      baseUrl: read.PAYMENT_PROVIDER_URL,
      apiKey: read.PAYMENT_PROVIDER_API_KEY,
      webhookSecrets: read.PAYMENT_PROVIDER_WEBHOOK_SECRETS.split(','),
      attemptTimeoutMs: read.PAYMENT_PROVIDER_ATTEMPT_TIMEOUT_MS,
      callTimeoutMs: read.PAYMENT_PROVIDER_CALL_TIMEOUT_MS,
    },
    returnUrl: read.PAYMENT_RETURN_URL === '' ? undefined : read.PAYMENT_RETURN_URL,
    orderWaitMs: read.PAYMENT_ORDER_WAIT_MS,
    abandonAfterMs: read.PAYMENT_ABANDON_AFTER_MS,
    lastLookAfterMs: read.PAYMENT_LAST_LOOK_AFTER_MS,
    reconcileIntervalMs: read.PAYMENT_RECONCILE_INTERVAL_MS,
    reconcileDelayMs: read.PAYMENT_RECONCILE_DELAY_MS,
    refundRetryDelayMs: read.PAYMENT_REFUND_RETRY_DELAY_MS,
    refundRetriesMax: read.PAYMENT_REFUND_RETRIES_MAX,
    linkExpiryIntervalMs: read.PAYMENT_LINK_EXPIRY_INTERVAL_MS,
    usdRateMilli: read.PAYMENT_USD_RATE_MILLI,
  });
}

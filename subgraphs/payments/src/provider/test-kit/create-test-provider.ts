import { testApiKey, testWebhookSecret } from '../../sandbox/test-kit/start-test-sandbox.ts';
import {
  HttpPaymentProvider,
  type PaymentProviderSettings,
  paymentProviderDefaults,
} from '../http-payment-provider.ts';
import type { CreatePaymentRequest } from '../payment-provider.ts';

/** A provider with short pauses, and the lines that it logs. */
export function createTestProvider(
  baseUrl: string,
  changes: Partial<PaymentProviderSettings> = {},
) {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields }));
  const provider = new HttpPaymentProvider({
    settings: {
      ...paymentProviderDefaults,
      baseUrl,
      apiKey: testApiKey,
      webhookSecrets: [testWebhookSecret],
      attemptTimeoutMs: 500,
      callTimeoutMs: 5_000,
      retryDelayMs: 5,
      ...changes,
    },
    log: { debug: write('debug'), warn: write('warn'), error: write('error') },
  });
  return { provider, lines };
}

let requestsMade = 0;

/** A payment of 12,550 MXN cents by `tok_visa`, with a key and reference of its own. */
export function paymentRequest(changes: Partial<CreatePaymentRequest> = {}): CreatePaymentRequest {
  requestsMade += 1;
  return {
    idempotencyKey: `intent-${requestsMade}`,
    reference: `order-${requestsMade}`,
    amountMinor: 12_550,
    currency: 'MXN',
    cardToken: 'tok_visa',
    ...changes,
  };
}

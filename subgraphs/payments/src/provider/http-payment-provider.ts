import { AppError } from '@plaza/schema/errors';
import type { z } from 'zod';
import type {
  CallOptions,
  CancelPaymentOutcome,
  CreatePaymentOutcome,
  CreatePaymentRequest,
  FindPaymentsOutcome,
  GetPaymentOutcome,
  NotFound,
  PaymentProvider,
  RefundPaymentOutcome,
  RefundPaymentRequest,
  Refused,
  Unavailable,
  Unknown,
  WebhookDelivery,
  WebhookVerdict,
} from './payment-provider.ts';
import { errorBody, paymentBody, paymentListBody, refundBody } from './provider-bodies.ts';
import {
  type CallResult,
  type CallSettings,
  ProviderCaller,
  type ProviderLog,
} from './provider-caller.ts';
import { verifyWebhook } from './verify-webhook.ts';

const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;
const refusalCharactersMax = 300;

export interface PaymentProviderSettings extends CallSettings {
  /** Where the provider's API starts, such as http://localhost:4090; `/v1/...` is put behind it. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Secrets of webhook signatures that are valid now: two while one replaces the other. */
  readonly webhookSecrets: readonly string[];
  /** How far the time of a webhook's signing may be from now, in milliseconds. */
  readonly webhookToleranceMs: number;
  /** Largest answer that is read, in bytes. */
  readonly responseBytesMax: number;
}

/** What suits a provider that answers within a second as a rule. */
export const paymentProviderDefaults = {
  attemptTimeoutMs: 4_000,
  callTimeoutMs: 10_000,
  attemptsMax: 3,
  retryDelayMs: 200,
  circuitFailuresMax: 5,
  circuitOpenMs: 5_000,
  webhookToleranceMs: 300_000,
  responseBytesMax: 1_048_576,
} as const;

export interface HttpPaymentProviderOptions {
  readonly settings: PaymentProviderSettings;
  readonly log: ProviderLog;
  readonly now?: () => number;
  readonly random?: () => number;
}

interface ProviderCall {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly idempotencyKey?: string;
  readonly body?: object;
}

/** The provider's HTTP API, as the sandbox speaks it, behind the port. One per process. */
export class HttpPaymentProvider implements PaymentProvider {
  readonly #settings: PaymentProviderSettings;
  readonly #caller: ProviderCaller;
  readonly #now: () => number;

  constructor({ settings, log, now = Date.now, random = Math.random }: HttpPaymentProviderOptions) {
    this.#settings = settings;
    this.#now = now;
    this.#caller = new ProviderCaller({ settings, log, now, random });
  }

  async createPayment(
    request: CreatePaymentRequest,
    options: CallOptions = {},
  ): Promise<CreatePaymentOutcome> {
    const result = await this.#call(
      {
        operation: 'createPayment',
        method: 'POST',
        path: '/v1/payments',
        idempotencyKey: request.idempotencyKey,
        body: {
          amount: request.amountMinor,
          currency: request.currency,
          card_token: request.cardToken,
          reference: request.reference,
          metadata: request.metadata ?? {},
          ...(request.returnUrl === undefined ? {} : { return_url: request.returnUrl }),
        },
      },
      options,
    );
    if (result.kind !== 'answered') return result;
    if (result.status >= 400) return toRefused(result.body, request.cardToken);
    return read(paymentBody, result, (payment) => ({ kind: 'created', payment }));
  }

  async getPayment(paymentId: string, options: CallOptions = {}): Promise<GetPaymentOutcome> {
    const path = `/v1/payments/${encodeURIComponent(paymentId)}`;
    const result = await this.#call({ operation: 'getPayment', method: 'GET', path }, options);
    if (result.kind !== 'answered') return toUnavailable(result);
    if (result.status >= 400) return toNotFound(result) ?? badAnswer;
    return toUnavailable(read(paymentBody, result, (payment) => ({ kind: 'found', payment })));
  }

  async findPayments(reference: string, options: CallOptions = {}): Promise<FindPaymentsOutcome> {
    const path = `/v1/payments?reference=${encodeURIComponent(reference)}`;
    const result = await this.#call({ operation: 'findPayments', method: 'GET', path }, options);
    if (result.kind !== 'answered') return toUnavailable(result);
    return toUnavailable(
      read(paymentListBody, result, ({ data }) => ({ kind: 'found', payments: data })),
    );
  }

  async cancelPayment(paymentId: string, options: CallOptions = {}): Promise<CancelPaymentOutcome> {
    const path = `/v1/payments/${encodeURIComponent(paymentId)}/cancel`;
    const result = await this.#call({ operation: 'cancelPayment', method: 'POST', path }, options);
    if (result.kind !== 'answered') return result;
    if (result.status < 400) {
      return read(paymentBody, result, (payment) => ({ kind: 'cancelled', payment }));
    }
    const { data } = errorBody.safeParse(result.body);
    if (result.status === 409 && data?.error.payment !== undefined) {
      return { kind: 'not_cancellable', payment: data.error.payment };
    }
    return toNotFound(result) ?? { kind: 'unknown', reason: 'bad_answer' };
  }

  async refundPayment(
    request: RefundPaymentRequest,
    options: CallOptions = {},
  ): Promise<RefundPaymentOutcome> {
    const { amountMinor, idempotencyKey, paymentId, reference } = request;
    const result = await this.#call(
      {
        operation: 'refundPayment',
        method: 'POST',
        path: `/v1/payments/${encodeURIComponent(paymentId)}/refunds`,
        idempotencyKey,
        body: { amount: amountMinor, ...(reference === undefined ? {} : { reference }) },
      },
      options,
    );
    if (result.kind !== 'answered') return result;
    if (result.status >= 400) return toNotFound(result) ?? toRefused(result.body);
    return read(refundBody, result, (refund) => ({ kind: 'refunded', refund }));
  }

  verifyWebhook(delivery: WebhookDelivery): WebhookVerdict {
    const { webhookSecrets, webhookToleranceMs } = this.#settings;
    const rules = { secrets: webhookSecrets, toleranceMs: webhookToleranceMs };
    return verifyWebhook(delivery, rules, this.#now());
  }

  #call(call: ProviderCall, options: CallOptions): Promise<CallResult> {
    const { apiKey, baseUrl, responseBytesMax } = this.#settings;
    const { body, idempotencyKey, method, operation } = call;
    if (idempotencyKey !== undefined && !idempotencyKeyPattern.test(idempotencyKey)) {
      const message = 'An idempotency key must have 1 to 255 visible ASCII characters';
      throw new AppError('INTERNAL_SERVER_ERROR', message);
    }
    const request = {
      url: `${baseUrl.replace(/\/$/, '')}${call.path}`,
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      responseBytesMax,
    };
    return this.#caller.call(operation, request, options);
  }
}

type Answered = CallResult & { readonly kind: 'answered' };

const badAnswer: Unavailable = { kind: 'unavailable', reason: 'bad_answer' };

/** An answer that says success but cannot be read leaves open what was done. */
function read<Schema extends z.ZodType, Outcome>(
  schema: Schema,
  { body }: Answered,
  toOutcome: (value: z.output<Schema>) => Outcome,
): Outcome | Unknown {
  const result = schema.safeParse(body);
  return result.success ? toOutcome(result.data) : { kind: 'unknown', reason: 'bad_answer' };
}

/** Reading does nothing at the provider, so a lost answer is only a missing one. */
function toUnavailable<Outcome>(result: Outcome | Unknown): Outcome | Unavailable {
  return isUnknown(result) ? { kind: 'unavailable', reason: result.reason } : result;
}

function isUnknown(result: unknown): result is Unknown {
  return (result as Unknown).kind === 'unknown';
}

/** Only the provider's own word for it: any other 404 may come from something in between. */
function toNotFound({ body }: Answered): NotFound | undefined {
  const { data } = errorBody.safeParse(body);
  return data?.error.code === 'not_found' ? { kind: 'not_found' } : undefined;
}

function toRefused(body: unknown, cardToken?: string): Refused | Unknown {
  const { data } = errorBody.safeParse(body);
  if (data === undefined) return { kind: 'unknown', reason: 'bad_answer' };
  const { code, message } = data.error;
  const shown = cardToken === undefined ? message : message.replaceAll(cardToken, '(card token)');
  return { kind: 'refused', code, message: shown.slice(0, refusalCharactersMax) };
}

import type { PaymentProvider } from '../../src/provider/payment-provider.ts';

/** Where a process dies around a call. */
export type Death = 'before the call' | 'after the call' | undefined;

/**
 * A provider whose callers die at random, just before a call or just after its answer: what was to
 * follow in our code never happens, as when the process is killed there.
 */
export function createDyingProvider(
  inner: PaymentProvider,
  nextDeath: () => Death,
): PaymentProvider {
  const dying =
    <Args extends unknown[], Outcome>(call: (...args: Args) => Promise<Outcome>) =>
    async (...args: Args): Promise<Outcome> => {
      const death = nextDeath();
      if (death === 'before the call') throw new Error('killed before the call');
      const outcome = await call(...args);
      if (death === 'after the call') throw new Error('killed after the call');
      return outcome;
    };
  return {
    createPayment: dying((request, options) => inner.createPayment(request, options)),
    getPayment: dying((id, options) => inner.getPayment(id, options)),
    findPayments: dying((reference, options) => inner.findPayments(reference, options)),
    cancelPayment: dying((id, options) => inner.cancelPayment(id, options)),
    refundPayment: dying((request, options) => inner.refundPayment(request, options)),
    verifyWebhook: (delivery) => inner.verifyWebhook(delivery),
  };
}

/** What payments call the provider whose API `HttpPaymentProvider` speaks. */
export const providerName = 'sandbox';

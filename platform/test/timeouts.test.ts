import { configSchema } from '@plaza/gateway/config/config-schema';
import { readIdentityConfig } from '@plaza/identity/config';
import { readPaymentsConfig } from '@plaza/payments/config';
import { readTicketingConfig } from '@plaza/ticketing/config';
import { purchaseLimits } from '@plaza/ticketing/purchase-queue';
import test from 'ava';

/** What the way between two processes takes, with room for a busy machine. */
const wayMs = 1_000;

test('subgraphs end a request themselves before the gateway gives up', (t) => {
  const { timeoutMs } = configSchema.parse({ supergraph: 'any' }).subgraphDefaults;
  const configs = [readIdentityConfig({}), readPaymentsConfig({}), readTicketingConfig({})];
  for (const { requestTimeoutMs } of configs) t.true(requestTimeoutMs + wayMs <= timeoutMs);
});

test('a buyer is told to try again before the request ends', (t) => {
  const { answerTimeoutMs, waitTimeoutMs } = purchaseLimits;
  t.true(answerTimeoutMs + wayMs <= readTicketingConfig({}).requestTimeoutMs);
  t.true(waitTimeoutMs < answerTimeoutMs, 'a turn has time left for the purchase');
});

test('paying has time for the order to be known and for the provider’s answer', (t) => {
  const { orderWaitMs, provider, requestTimeoutMs } = readPaymentsConfig({});
  t.true(orderWaitMs + provider.callTimeoutMs + wayMs <= requestTimeoutMs);
});

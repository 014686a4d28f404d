import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

const share = z.int().min(0).max(100);

const retries = {
  max: z
    .int()
    .min(0)
    .max(10)
    .describe('Further attempts of one query that got no answer. 0: none.'),
  statuses: z
    .array(z.int().min(400).max(599))
    .max(100)
    .describe('HTTP statuses after which a query is sent again; Retry-After is obeyed.'),
  backOffMs: milliseconds({ min: 1, max: 60_000 }).describe(
    'Longest wait before the first further attempt, in milliseconds; it doubles with each. The wait ' +
      'is drawn at random, and never longer than the call has left.',
  ),
  backOffMsMax: milliseconds({ min: 1, max: 60_000 }).describe(
    'Where that doubling ends, in milliseconds.',
  ),
  budgetPercent: share.describe(
    'Further attempts in countingWindowMs, hedges among them, in percent of the calls.',
  ),
  budgetPerSecondMin: z
    .int()
    .min(0)
    .max(1_000_000)
    .describe('Further attempts in a second that are allowed whatever the calls.'),
};

const circuitBreaker = {
  enabled: z
    .boolean()
    .describe('Whether calls fail at once (SUBGRAPH_UNAVAILABLE) while most of them fail anyway.'),
  failurePercent: z
    .int()
    .min(1)
    .max(100)
    .describe('Failed calls in countingWindowMs, in percent, that open it.'),
  callsMin: count(1_000_000).describe('Calls in countingWindowMs before it may open.'),
  openMs: milliseconds({ min: 10, max: 600_000 }).describe(
    'Time that it stays open before calls are tried again, in milliseconds.',
  ),
  probesMax: count(1_000).describe(
    'Calls that are tried then, at the same time; all must succeed for it to close.',
  ),
};

/** What one subgraph may have of its own. */
export const ownTrafficOptions = {
  connectTimeoutMs: milliseconds({ min: 1, max: 600_000 })
    .optional()
    .describe('Time to connect, in milliseconds. Default: subgraphDefaults.connectTimeoutMs.'),
  waitingCallsMax: count(1_000_000)
    .optional()
    .describe('Calls that wait for a socket. Default: subgraphDefaults.waitingCallsMax.'),
  countingWindowMs: milliseconds({ min: 100, max: 600_000 })
    .optional()
    .describe('What "of late" means, in milliseconds. Default: subgraphDefaults.countingWindowMs.'),
  retries: z
    .strictObject(retries)
    .partial()
    .optional()
    .describe('Further attempts. Default, key by key: subgraphDefaults.retries.'),
  circuitBreaker: z
    .strictObject(circuitBreaker)
    .partial()
    .optional()
    .describe('Calls that are not tried. Default, key by key: subgraphDefaults.circuitBreaker.'),
};

/** What holds for all subgraphs. */
export const defaultTrafficOptions = {
  connectTimeoutMs: milliseconds({ min: 1, max: 600_000 })
    .default(2_000)
    .describe('Time to connect to a subgraph, in milliseconds; part of timeoutMs.'),
  waitingCallsMax: count(1_000_000)
    .default(10_000)
    .describe('Calls that may wait for a free socket to one subgraph; a further one is refused.'),
  countingWindowMs: milliseconds({ min: 100, max: 600_000 })
    .default(10_000)
    .describe('Time over which calls, failures and retries are counted, in milliseconds.'),
  retries: z
    .strictObject({
      max: retries.max.default(2),
      statuses: retries.statuses.default([429, 502, 503, 504]),
      backOffMs: retries.backOffMs.default(25),
      backOffMsMax: retries.backOffMsMax.default(1_000),
      budgetPercent: retries.budgetPercent.default(20),
      budgetPerSecondMin: retries.budgetPerSecondMin.default(10),
    })
    .prefault({})
    .describe('Further attempts of queries.'),
  circuitBreaker: z
    .strictObject({
      enabled: circuitBreaker.enabled.default(true),
      failurePercent: circuitBreaker.failurePercent.default(50),
      callsMin: circuitBreaker.callsMin.default(20),
      openMs: circuitBreaker.openMs.default(2_000),
      probesMax: circuitBreaker.probesMax.default(3),
    })
    .prefault({})
    .describe('When a subgraph is not called at all.'),
};

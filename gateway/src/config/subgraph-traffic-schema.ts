import { z } from 'zod';
import { headerName } from './header-options.ts';
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

const outlierEjection = {
  enabled: z
    .boolean()
    .describe('Whether one of several replicas that fails is left out for a time; never all.'),
  failuresMax: count(1_000).describe('Failures one after the other that it takes.'),
  ejectMs: milliseconds({ min: 10, max: 3_600_000 }).describe(
    'For how long, in milliseconds; twice as long each further time.',
  ),
  ejectMsMax: milliseconds({ min: 10, max: 3_600_000 }).describe(
    'Where that doubling ends, in milliseconds.',
  ),
};

const dns = {
  enabled: z
    .boolean()
    .describe('Whether every address that the host of the URL has is a replica of its own.'),
  intervalMs: milliseconds({ min: 100, max: 3_600_000 }).describe(
    'Time between two looks for its addresses, in milliseconds.',
  ),
  timeoutMs: milliseconds({ min: 1, max: 60_000 }).describe(
    'Time for one look, in milliseconds; without an answer the addresses stay.',
  ),
  addressesMax: count(1_000).describe('Addresses that are used; more are left out.'),
};

const hedging = {
  enabled: z
    .boolean()
    .describe('Whether a second replica is asked the same query when the first one takes long.'),
  delayMs: milliseconds({ min: 1, max: 600_000 })
    .optional()
    .describe(
      'After how long, in milliseconds. Default: longer than 95 of 100 calls of late took.',
    ),
};

const tls = {
  ca: z.string().min(1).optional().describe('PEM file of the authorities that it is checked by.'),
  cert: z.string().min(1).optional().describe('PEM file of the certificate that it is shown.'),
  key: z.string().min(1).optional().describe('PEM file of the key of that certificate.'),
  servername: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('Name in its certificate, where that is not the host of its URL.'),
};

/** Headers of answers that the gateway writes itself, or that would break the HTTP of its answer. */
const ownAnswerHeaders =
  /^(access-control-.*|age|alt-svc|cache-control|clear-site-data|content-.*|cross-origin-.*|date|etag|expires|last-modified|location|origin-agent-cluster|ratelimit.*|referrer-policy|refresh|retry-after|server|set-cookie2?|strict-transport-security|vary|www-authenticate|x-content-type-options|x-frame-options|x-request-id)$/;

const answerHeader = headerName.refine(
  (name) => !ownAnswerHeaders.test(name),
  "is the gateway's own in its answers (set-cookie: see `cookies`)",
);

/** Those that the gateway itself needs its calls to have. */
const ownCallHeader =
  /^(accept|content-digest|signature|signature-input|traceparent|x-request-id)$/;

const callHeader = headerName.refine(
  (name) => !ownCallHeader.test(name),
  "is the gateway's own in its calls",
);

const headerValue = z
  .string()
  .max(8_192)
  .regex(/^[\t\x20-\x7e]*$/, 'has a character that no header may have');

const headers = {
  rename: z
    .record(callHeader, callHeader)
    .describe('Headers of headers.forward or headers.identity that it gets under another name.'),
  set: z.record(callHeader, headerValue).describe('Headers with a fixed value.'),
  remove: z
    .array(callHeader)
    .max(100)
    .describe('Those of headers.forward or headers.identity that it does not get.'),
  answer: z
    .record(answerHeader, z.enum(['append', 'first', 'last']))
    .describe(
      'Headers of its answers that clients get, and what becomes of several values: all of them, ' +
        'or those of the first or last answer.',
    ),
  cookies: z
    .boolean()
    .describe('Whether clients get its Set-Cookie; then nothing that comes with one is shared.'),
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
  outlierEjection: z
    .strictObject(outlierEjection)
    .partial()
    .optional()
    .describe('Replicas left out. Default, key by key: subgraphDefaults.outlierEjection.'),
  dns: z
    .strictObject(dns)
    .partial()
    .optional()
    .describe('Replicas by DNS. Default, key by key: subgraphDefaults.dns.'),
  hedging: z
    .strictObject(hedging)
    .partial()
    .optional()
    .describe('Second questions. Default, key by key: subgraphDefaults.hedging.'),
  headers: z
    .strictObject(headers)
    .partial()
    .optional()
    .describe('Header rules. Default, key by key: subgraphDefaults.headers.'),
  tls: z
    .strictObject(tls)
    .optional()
    .describe('TLS to this subgraph. Default, key by key: subgraphDefaults.tls.'),
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
  outlierEjection: z
    .strictObject({
      enabled: outlierEjection.enabled.default(true),
      failuresMax: outlierEjection.failuresMax.default(5),
      ejectMs: outlierEjection.ejectMs.default(2_000),
      ejectMsMax: outlierEjection.ejectMsMax.default(60_000),
    })
    .prefault({})
    .describe('Which of several replicas are not asked.'),
  dns: z
    .strictObject({
      enabled: dns.enabled.default(false),
      intervalMs: dns.intervalMs.default(10_000),
      timeoutMs: dns.timeoutMs.default(5_000),
      addressesMax: dns.addressesMax.default(64),
    })
    .prefault({})
    .describe('Replicas that are found by DNS.'),
  hedging: z
    .strictObject({ enabled: hedging.enabled.default(false), delayMs: hedging.delayMs })
    .prefault({})
    .describe('Queries that are asked twice.'),
  headers: z
    .strictObject({
      rename: headers.rename.default({}),
      set: headers.set.default({}),
      remove: headers.remove.default([]),
      answer: headers.answer.default({}),
      cookies: headers.cookies.default(false),
    })
    .prefault({})
    .describe('Headers of calls and answers.'),
  tls: z.strictObject(tls).prefault({}).describe('TLS to subgraphs with an https URL.'),
  tlsCheckIntervalMs: milliseconds({ min: 100, max: 86_400_000 })
    .default(5_000)
    .describe('Time between looks whether those files have changed, in milliseconds.'),
};

import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

/** When new operations are refused, so that those under way are answered. */
export const overloadSchema = z.strictObject({
  eventLoopDelayMsMax: milliseconds({ min: 10, max: 600_000 })
    .default(1_000)
    .describe('How late the serving thread may be, three times in a row, in milliseconds.'),
  heapUsedPercentMax: z
    .int()
    .min(10)
    .max(100)
    .default(92)
    .describe('How much of its heap limit the process may use, in percent. 100: all.'),
  operationsMax: count(1_000_000)
    .default(10_000)
    .describe('Queries and mutations that may be under way at once.'),
});

export const metricsSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Whether GET /metrics tells whoever reaches it what the gateway measures.'),
  clients: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .describe('Client names that metrics tell apart; all others count as "other".'),
});

export const loggingSchema = z.strictObject({
  level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('Least important line that is written.'),
  format: z
    .enum(['json', 'pretty', 'auto'])
    .default('auto')
    .describe('json: one object per line. pretty: for eyes. auto: pretty on a terminal.'),
});

export const clusterSchema = z.strictObject({
  workers: z
    .union([z.int().min(1).max(256), z.literal('auto')])
    .optional()
    .describe(
      'Processes that serve one port under one that replaces them: a number, or auto for as many as ' +
        'there are cores. Default: one process without another.',
    ),
  readyTimeoutMs: milliseconds({ min: 1_000, max: 3_600_000 })
    .default(60_000)
    .describe('Time for a worker to serve after its start, in milliseconds.'),
  restartDelayMsMax: milliseconds({ min: 1, max: 3_600_000 })
    .default(30_000)
    .describe(
      'Longest wait before a worker that crashes again and again is started, in milliseconds.',
    ),
  unresponsiveMs: milliseconds({ min: 2_000, max: 3_600_000 })
    .default(30_000)
    .describe('Time without a sign of life after which a worker is ended, in milliseconds.'),
});

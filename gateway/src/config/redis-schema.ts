import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

const redisUrl = z.url({
  protocol: /^rediss?$/,
  error: 'must be a redis or rediss URL, such as redis://localhost:6379',
});

/** What several gateways share. */
export const redisSchema = z.strictObject({
  urls: z
    .array(redisUrl)
    .max(100)
    .default([])
    .describe(
      'A Redis server, or several nodes of a cluster, or the Sentinels if sentinelName is set. ' +
        'None: no connection is tried.',
    ),
  sentinelName: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('What the Sentinels call the server. Without it there are none.'),
  timeoutMs: milliseconds({ min: 1, max: 10_000 })
    .default(20)
    .describe('Time for Redis to answer, in milliseconds; later the gateway does without.'),
  keyPrefix: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^{}]*$/, 'may not have braces: they decide where a cluster keeps a key')
    .default('plaza-gateway')
    .describe('Before every key, so that others may use the same server.'),
  memoryBytesMax: count(1_073_741_824)
    .default(8_388_608)
    .describe('Query plans that the process keeps at hand of those in Redis, in bytes.'),
  textBytesMax: count(536_870_911)
    .default(4_194_304)
    .describe('Longest text that is kept in Redis, in bytes.'),
  compressOverBytes: count(536_870_911)
    .default(16_384)
    .describe('Longer texts are kept compressed. In bytes.'),
});

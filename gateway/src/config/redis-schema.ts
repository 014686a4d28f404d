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
    .describe('A Redis server, or several nodes of a cluster. None: no connection is tried.'),
  timeoutMs: milliseconds({ min: 1, max: 10_000 })
    .default(20)
    .describe('Time for Redis to answer, in milliseconds; later the gateway does without.'),
  keyPrefix: z
    .string()
    .min(1)
    .max(100)
    .default('plaza-gateway')
    .describe('Before every key, so that others may use the same server.'),
  memoryBytesMax: count(1_073_741_824)
    .default(8_388_608)
    .describe('What the process keeps at hand of what is in Redis, in bytes.'),
});

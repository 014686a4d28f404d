import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';

/** Operations that clients name by an id. */
export const persistedOperationsSchema = z.strictObject({
  mode: z
    .enum(['off', 'automatic', 'trusted'])
    .default('automatic')
    .describe(
      'automatic: clients may name any operation that some client has sent before by its SHA-256. ' +
        'trusted: nothing but operations of the manifests is served. off: only manifests have ids.',
    ),
  manifests: z
    .array(z.string().min(1))
    .max(1_000)
    .default([])
    .describe(
      "Files of operations by id (Apollo's or Relay's manifests), or folders of such .json files. " +
        'In a configuration file, relative to that file. Read again when they change.',
    ),
  redisManifest: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'Key of a hash in Redis (redis.urls) with texts of operations by id, beside the manifests: ' +
        'HSET <key> <id> <text> publishes one at once.',
    ),
  redisManifestTtlMs: milliseconds({ min: 0, max: 86_400_000 })
    .default(60_000)
    .describe('Time until what is deleted there is not served any more, in milliseconds.'),
  memoryBytesMax: count(1_073_741_824)
    .default(8_388_608)
    .describe(
      'What the process keeps of the texts that clients have sent, in bytes; as much of each contract.',
    ),
  ttlMs: milliseconds({ min: 1_000, max: 31_536_000_000 })
    .default(86_400_000)
    .describe('Time that such a text is kept, in milliseconds.'),
});

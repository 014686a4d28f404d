import { cacheInvalidationTopic } from '@plaza/schema/topics';
import { z } from 'zod';
import { count } from './number-options.ts';

/** What is remembered of subgraphs' answers. */
export const cacheSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether answers are remembered where the schema says so, by @cacheControl.'),
  responses: z
    .boolean()
    .default(true)
    .describe(
      'Whether whole responses are remembered beside the entities and root fields that they are ' +
        'made of. false: less memory, and more work for each request.',
    ),
  memoryBytesMax: z
    .int()
    .min(0)
    .max(68_719_476_736)
    .default(67_108_864)
    .describe('What the process keeps at hand, in bytes. 0: nothing, all is in Redis.'),
  entryBytesMax: count(1_073_741_824)
    .default(1_048_576)
    .describe('Longest answer that is remembered, in characters.'),
  invalidatedTagsMax: count(10_000_000)
    .default(200_000)
    .describe(
      'Invalidated things that are told apart; past that the oldest answers are forgotten.',
    ),
  topic: z
    .string()
    .min(1)
    .max(200)
    .default(cacheInvalidationTopic)
    .describe('Topic on the bus of the subgraphs where they announce what is out of date.'),
  secret: z
    .string()
    .min(16, 'is too short: at least 16 characters')
    .max(1_000)
    .optional()
    .describe(
      'Bearer token for POST /cache/invalidations, and value of the header plaza-explain-cache. ' +
        'Without it nobody may do either.',
    ),
});

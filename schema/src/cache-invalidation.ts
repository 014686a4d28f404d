import { z } from 'zod';

/**
 * What says that kept answers are out of date: to a gateway's HTTP endpoint, in the extension
 * `invalidation` of a mutation's answer, and on `cacheInvalidationTopic`. The kinds and the spelling are
 * those of Apollo Router. gateway/README.md says what each of them puts out of date.
 */

/** Things that one message may name. */
export const invalidationsMax = 1_000;

const name = z.string().min(1).max(1_000);
/** Absent in a mutation's answer: then the subgraph that answers means itself. */
const subgraph = name.optional();

const cacheInvalidation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('subgraph'), subgraph }),
  z.strictObject({ kind: z.literal('type'), subgraph, type: name }),
  z.strictObject({
    kind: z.literal('entity'),
    subgraph,
    type: name,
    /** The fields of one of its keys. */
    key: z.record(z.string(), z.json()),
  }),
  z.strictObject({
    kind: z.literal('cache_tag'),
    subgraphs: z.array(name).max(100).optional(),
    cache_tag: name,
  }),
]);

export const cacheInvalidationsSchema = z.array(cacheInvalidation).max(invalidationsMax);

export type CacheInvalidation = z.infer<typeof cacheInvalidation>;

/** What is announced on `cacheInvalidationTopic`. */
export interface CacheInvalidationAnnouncement {
  readonly invalidations: readonly CacheInvalidation[];
}

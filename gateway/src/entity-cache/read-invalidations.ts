import { z } from 'zod';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { InvalidatedThing } from './cache-tags.ts';

/** Things that one message may name. */
const thingsMax = 1_000;

const name = z.string().min(1).max(1_000);

const invalidation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('subgraph'), subgraph: name.optional() }),
  z.strictObject({ kind: z.literal('type'), subgraph: name.optional(), type: name }),
  z.strictObject({
    kind: z.literal('entity'),
    subgraph: name.optional(),
    type: name,
    key: z.record(z.string(), z.json()),
  }),
  z.strictObject({
    kind: z.literal('cache_tag'),
    subgraphs: z.array(name).max(100).optional(),
    cache_tag: name,
  }),
]);

/** The kinds and spelling of Apollo Router's invalidation requests, and `entity` for one of a type. */
export const invalidationsSchema = z.array(invalidation).max(thingsMax);

type Invalidation = z.infer<typeof invalidation>;

export interface InvalidationContext {
  /** Who speaks: what names no subgraph is about this one. Undefined: about all of them. */
  readonly subgraph?: string;
  readonly snapshot: Pick<SupergraphSnapshot, 'subgraphs'>;
}

/** What a subgraph says to be out of date; what cannot be read is nothing. */
export function readInvalidations(
  value: unknown,
  context: InvalidationContext,
): readonly InvalidatedThing[] {
  if (value === undefined) return [];
  const read = invalidationsSchema.safeParse(value);
  return read.success ? toThings(read.data, context) : [];
}

export function toThings(
  invalidations: readonly Invalidation[],
  { subgraph, snapshot }: InvalidationContext,
): readonly InvalidatedThing[] {
  const spoken = subgraph === undefined ? [...snapshot.subgraphs.keys()] : [subgraph];
  return invalidations.flatMap((one): InvalidatedThing[] => {
    if (one.kind === 'cache_tag') {
      const { subgraphs = spoken, cache_tag: tag } = one;
      return subgraphs.map((name) => ({ kind: 'cacheTag', subgraph: name, tag }));
    }
    const names = one.subgraph === undefined ? spoken : [one.subgraph];
    return names.map((name) => ({ ...one, subgraph: name }));
  });
}

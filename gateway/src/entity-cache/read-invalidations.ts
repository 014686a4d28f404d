import type { CacheInvalidation } from '@plaza/schema/cache-invalidation';
import { cacheInvalidationsSchema } from '@plaza/schema/cache-invalidation';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { InvalidatedThing } from './cache-tags.ts';

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
  const read = cacheInvalidationsSchema.safeParse(value);
  return read.success ? toThings(read.data, context) : [];
}

export function toThings(
  invalidations: readonly CacheInvalidation[],
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

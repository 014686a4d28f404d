import { announcementBytesMax } from '@plaza/pub-sub/pub-sub';
import type {
  CacheInvalidation,
  CacheInvalidationAnnouncement,
} from '@plaza/schema/cache-invalidation';
import { invalidationsMax } from '@plaza/schema/cache-invalidation';
import { cacheInvalidationTopic } from '@plaza/schema/topics';

/** Something of a subgraph's own that gateways may keep and that has changed. */
export type OutdatedThing =
  /** One entity, by itself and within other answers. */
  | {
      readonly kind: 'entity';
      readonly type: string;
      readonly key: Readonly<Record<string, string>>;
    }
  /** Every answer with the type in it. */
  | { readonly kind: 'type'; readonly type: string }
  /** Every answer with the tag (`@cacheTag`). */
  | { readonly kind: 'tag'; readonly tag: string };

/** What has become out of date, each thing once. More than one message may name is the subgraph. */
export class OutdatedAnswers {
  readonly #subgraph: string;
  readonly #all = new Map<string, CacheInvalidation>();

  constructor(subgraph: string) {
    this.#subgraph = subgraph;
  }

  add(things: readonly OutdatedThing[]): void {
    for (const thing of things) {
      this.#add(JSON.stringify(thing), toInvalidation(this.#subgraph, thing));
    }
  }

  /** Adds all that the other has. */
  include(other: OutdatedAnswers): void {
    for (const [key, invalidation] of other.#all) this.#add(key, invalidation);
  }

  toInvalidations(): readonly CacheInvalidation[] {
    if (this.#all.size <= invalidationsMax) return [...this.#all.values()];
    return [{ kind: 'subgraph', subgraph: this.#subgraph }];
  }

  #add(key: string, invalidation: CacheInvalidation): void {
    if (this.#all.size <= invalidationsMax) this.#all.set(key, invalidation);
  }
}

/** Announcements that say all of it, none larger than the bus takes. */
export function toAnnouncements(
  invalidations: readonly CacheInvalidation[],
): readonly CacheInvalidationAnnouncement[] {
  const announcements: CacheInvalidation[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const invalidation of invalidations) {
    const ownBytes = Buffer.byteLength(JSON.stringify(invalidation)) + ','.length;
    if (bytes + ownBytes > announcementBytesMax) {
      announcements.push([]);
      bytes = Buffer.byteLength(JSON.stringify([cacheInvalidationTopic, { invalidations: [] }]));
    }
    announcements.at(-1)?.push(invalidation);
    bytes += ownBytes;
  }
  return announcements.map((list) => ({ invalidations: list }));
}

function toInvalidation(subgraph: string, thing: OutdatedThing): CacheInvalidation {
  switch (thing.kind) {
    case 'entity':
      return { kind: 'entity', subgraph, type: thing.type, key: { ...thing.key } };
    case 'type':
      return { kind: 'type', subgraph, type: thing.type };
    case 'tag':
      return { kind: 'cache_tag', subgraphs: [subgraph], cache_tag: thing.tag };
  }
}

import type { Cache } from '../cache/cache.ts';
import type { InvalidationLog } from '../cache/invalidation-log.ts';
import type { Config } from '../config.ts';
import type { EventBuses } from '../event-sources/event-buses.ts';
import type { SubscriptionSource } from '../subscriptions/subscription-source.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import { CacheCounts } from './cache-counts.ts';
import { EntityCache } from './entity-cache.ts';
import { EntryTiers } from './entry-tiers.ts';
import { evictBeforeDelivery } from './evicting-source.ts';
import { Invalidator } from './invalidate.ts';
import { InvalidationListener } from './invalidation-listener.ts';
import { MissingEntries } from './missing-entries.ts';

/** What the cache is built on. */
export interface CacheFoundation {
  readonly config: Pick<Config, 'cache' | 'requestTimeoutMs'>;
  readonly log: InvalidationLog;
  /** Where gateways share entries; undefined where this process has its own alone. */
  readonly far: Cache | undefined;
  readonly buses: EventBuses;
  readonly logger: Logger;
}

/** The cache of a process, and what puts its entries out of date. */
export interface OpenedEntityCache extends Disposable {
  readonly cache: EntityCache;
  readonly counts: CacheCounts;
  readonly tiers: EntryTiers;
  readonly invalidator: Invalidator;
  /** Listens to what the subgraphs of this supergraph announce from now on. */
  follow(snapshot: SupergraphSnapshot): void;
  /** The same sources; what an event names is out of date before it is delivered. */
  evicting(
    sourceFor: (supergraph: SupergraphSnapshot) => SubscriptionSource,
  ): (supergraph: SupergraphSnapshot) => SubscriptionSource;
}

export function openEntityCache(foundation: CacheFoundation): OpenedEntityCache {
  const { config, log, far, buses, logger } = foundation;
  const { topic } = config.cache;
  const counts = new CacheCounts();
  const tiers = new EntryTiers(config.cache, { log, far, counts });
  const invalidator = new Invalidator({ log, counts, logger });
  const listener = new InvalidationListener({ buses, topic, invalidator, shared: far, logger });
  const missing = new MissingEntries();
  const access = { log, tiers, missing, counts, refreshTimeoutMs: config.requestTimeoutMs };
  return {
    cache: new EntityCache({ access, invalidator }, config.cache),
    counts,
    tiers,
    invalidator,
    follow: (snapshot) => listener.follow(snapshot),
    evicting: (sourceFor) => evictBeforeDelivery(sourceFor, invalidator),
    [Symbol.dispose]: () => {
      listener[Symbol.dispose]();
      invalidator[Symbol.dispose]();
    },
  };
}

import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';
import type { CacheCounts, TypeCounts } from '../entity-cache/cache-counts.ts';
import type { EntryTiers } from '../entity-cache/entry-tiers.ts';

/** Outcomes of look-ups, as metrics name them. */
const outcomes = {
  nearHits: 'hit_memory',
  farHits: 'hit_redis',
  joined: 'joined',
  misses: 'miss',
  uncacheable: 'uncacheable',
  stale: 'stale',
} as const satisfies Partial<Record<keyof TypeCounts, string>>;

/** What there is to be measured of a cache. */
export interface CachedThings {
  readonly counts: CacheCounts;
  readonly tiers: Pick<EntryTiers, 'memoryBytes'>;
}

/** Metrics of the cache, read when they are asked for: counting costs a request next to nothing. */
export function registerCacheMetrics(registry: Registry, { counts, tiers }: CachedThings): void {
  const registers = [registry];
  registerByType(registers, counts);
  for (const [name, { help, read }] of Object.entries(byCause(counts))) {
    registerByCause(registers, name, help, read);
  }
  for (const [name, { help, read }] of Object.entries(totals(counts))) {
    registerCount(registers, name, help, read);
  }
  new Gauge({
    name: 'plaza_cache_memory_bytes',
    help: 'What the process keeps at hand.',
    registers,
    collect() {
      this.set(tiers.memoryBytes);
    },
  });
}

interface Reading<Value> {
  readonly help: string;
  readonly read: () => Value;
}

function byCause(counts: CacheCounts): Record<string, Reading<Readonly<Record<string, number>>>> {
  return {
    plaza_cache_evictions_total: {
      help: 'Entries that left memory.',
      read: () => counts.evictions,
    },
    plaza_cache_refusals_total: {
      help: 'Answers that were not kept.',
      read: () => counts.refusals,
    },
    plaza_cache_invalidations_total: {
      help: 'Things that were put out of date, by who said so.',
      read: () => counts.invalidations,
    },
    plaza_cache_responses_total: {
      help: 'Whole responses that were looked up and kept.',
      read: () => counts.responses,
    },
  };
}

function totals(counts: CacheCounts): Record<string, Reading<number>> {
  return {
    plaza_cache_shared_lookups_total: {
      help: 'Questions to the shared cache.',
      read: () => counts.far.lookUps,
    },
    plaza_cache_shared_lookup_seconds_total: {
      help: 'Time that those took, in seconds.',
      read: () => counts.far.seconds,
    },
    plaza_cache_unverified_requests_total: {
      help: 'Requests that did without the cache: it could not be told in time what is out of date.',
      read: () => counts.unverified,
    },
  };
}

function registerByType(registers: Registry[], counts: CacheCounts): void {
  new Counter({
    name: 'plaza_cache_lookups_total',
    help: 'Entities and root fields that were looked up, by what became of it.',
    labelNames: ['subgraph', 'type', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { subgraph, type, counts: ofType } of counts.byType()) {
        for (const [name, outcome] of Object.entries(outcomes)) {
          this.inc({ subgraph, type, outcome }, ofType[name as keyof typeof outcomes]);
        }
      }
    },
  });
  const stored = { stored: 'entries', storedCharacters: 'characters' } as const;
  new Counter({
    name: 'plaza_cache_stored_total',
    help: 'What was written: entries, and their characters.',
    labelNames: ['subgraph', 'type', 'unit'],
    registers,
    collect() {
      this.reset();
      for (const { subgraph, type, counts: ofType } of counts.byType()) {
        for (const [name, unit] of Object.entries(stored)) {
          this.inc({ subgraph, type, unit }, ofType[name as keyof typeof stored]);
        }
      }
    },
  });
}

function registerCount(
  registers: Registry[],
  name: string,
  help: string,
  read: () => number,
): void {
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function registerByCause(
  registers: Registry[],
  name: string,
  help: string,
  read: () => Readonly<Record<string, number>>,
): void {
  new Counter({
    name,
    help,
    labelNames: ['cause'],
    registers,
    collect() {
      this.reset();
      for (const [cause, count] of Object.entries(read())) this.inc({ cause }, count);
    },
  });
}

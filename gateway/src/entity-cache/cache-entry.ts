import type { InvalidationLog, LogPosition } from '../cache/invalidation-log.ts';
import type { Sharing } from './audience.ts';

/**
 * One remembered text. Its times are those of `performance.now()`, which no change of the clock
 * moves.
 */
export interface CacheEntry {
  /** JSON of an entity, of a subgraph's data, or of a whole response's. */
  readonly text: string;
  /** The place of the invalidation log when what made it began. */
  readonly since: LogPosition;
  /** It is out of date as soon as one of these is; one list for all entries that have the same. */
  readonly commonTags: readonly string[];
  /** And as soon as one of these is. */
  readonly tags: readonly string[];
  /** Where the log was when its tags were looked at last; `since` when they were not. */
  checkedAt: LogPosition;
  readonly bornMs: number;
  readonly freshUntilMs: number;
  /** Later than `freshUntilMs` where it may stand in for a subgraph that fails. */
  readonly staleUntilMs: number;
  /** Time that it took to make, in milliseconds. */
  readonly costMs: number;
  readonly sharing: Sharing;
}

const noTags: readonly string[] = [];

/** Clocks of two processes may differ by so much; more, and nothing can be said of an entry's age. */
const clockSkewMaxMs = 5_000;

/** What stands before the text, as a list: it is read for every entry that comes from far. */
type Header = readonly [
  epoch: string,
  sequence: number,
  storedAtMs: number,
  freshMs: number,
  staleMs: number,
  ageMs: number,
  costMs: number,
  sharing: Sharing,
  tags: readonly string[],
];

/** False once a tag of the entry has been put out of date, as far as this process knows the log. */
export function isCurrent(entry: CacheEntry, log: InvalidationLog): boolean {
  const position = log.position();
  if (entry.checkedAt === position) return true;
  const { since, commonTags, tags } = entry;
  if (!log.isCurrent(since, commonTags) || !log.isCurrent(since, tags)) return false;
  entry.checkedAt = position;
  return true;
}

/** Writes an entry for other processes: times as ages, and the wall clock of now. */
export function encodeEntry(entry: CacheEntry): string {
  const now = performance.now();
  const header: Header = [
    entry.since.epoch,
    entry.since.sequence,
    Date.now(),
    Math.round(entry.freshUntilMs - now),
    Math.round(entry.staleUntilMs - now),
    Math.round(now - entry.bornMs),
    Math.round(entry.costMs),
    entry.sharing,
    [...entry.commonTags, ...entry.tags],
  ];
  return `${JSON.stringify(header)}\n${entry.text}`;
}

/** Undefined for what is no entry, and for one from a clock that is far ahead of ours. */
export function decodeEntry(encoded: string): CacheEntry | undefined {
  const end = encoded.indexOf('\n');
  const header = end === -1 ? undefined : readHeader(encoded.slice(0, end));
  if (header === undefined) return undefined;
  const [epoch, sequence, storedAtMs, freshMs, staleMs, ageMs, costMs, sharing, tags] = header;
  const keptMs = Date.now() - storedAtMs;
  if (keptMs < -clockSkewMaxMs) return undefined;
  const storedMs = performance.now() - Math.max(0, keptMs);
  const since = { epoch, sequence };
  return {
    text: encoded.slice(end + 1),
    since,
    commonTags: noTags,
    tags,
    checkedAt: since,
    bornMs: storedMs - ageMs,
    freshUntilMs: storedMs + freshMs,
    staleUntilMs: storedMs + staleMs,
    costMs,
    sharing,
  };
}

function readHeader(text: string): Header | undefined {
  try {
    const header: unknown = JSON.parse(text);
    return Array.isArray(header) && Array.isArray(header[8])
      ? (header as unknown as Header)
      : undefined;
  } catch {
    return undefined;
  }
}

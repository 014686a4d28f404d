import type { LogPosition } from '../cache/invalidation-log.ts';
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
  /** It is out of date as soon as one of them is. */
  readonly tags: readonly string[];
  readonly bornMs: number;
  readonly freshUntilMs: number;
  /** Later than `freshUntilMs` where it may stand in for a subgraph that fails. */
  readonly staleUntilMs: number;
  /** Time that it took to make, in milliseconds. */
  readonly costMs: number;
  readonly sharing: Sharing;
}

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
    entry.tags,
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
  return {
    text: encoded.slice(end + 1),
    since: { epoch, sequence },
    tags,
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

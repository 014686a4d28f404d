import DataLoader from 'dataloader';
import { isUuid } from './uuid.ts';

/** Keys that one query asks for; more are split over several queries. */
const batchKeysMax = 500;

interface BatchOptions<Row> {
  /** Asks for all keys in one query; rows may come in any order, absent ones are left out. */
  readonly load: (keys: string[]) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
  /** Keys that fail this are absent without being asked for; the default takes UUIDs. */
  readonly isKey?: (key: string) => boolean;
}

/** A loader of one row per key, in key order, undefined where there is none. Make one per request. */
export function batchByKey<Row>(options: BatchOptions<Row>): DataLoader<string, Row | undefined> {
  return createLoader(options, (rows) => {
    const rowByKey = new Map(rows.map((row) => [options.keyOf(row), row]));
    return (key) => rowByKey.get(key);
  });
}

/** A loader of all rows per key, in the order in which they were loaded. Make one per request. */
export function batchListByKey<Row>(options: BatchOptions<Row>): DataLoader<string, Row[]> {
  return createLoader(options, (rows) => {
    const rowsByKey = Map.groupBy(rows, options.keyOf);
    return (key) => rowsByKey.get(key) ?? [];
  });
}

function createLoader<Row, Result>(
  { load, isKey = isUuid }: BatchOptions<Row>,
  index: (rows: readonly Row[]) => (key: string) => Result,
): DataLoader<string, Result> {
  return new DataLoader<string, Result>(
    async (keys) => {
      const wanted = keys.filter(isKey);
      const resultFor = index(wanted.length === 0 ? [] : await load(wanted));
      return keys.map(resultFor);
    },
    { maxBatchSize: batchKeysMax },
  );
}

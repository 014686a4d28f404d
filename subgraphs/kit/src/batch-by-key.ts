import DataLoader from 'dataloader';
import { isUuid } from './uuid.ts';

/** Keys that one query asks for; more are split over several queries. */
const batchKeysMax = 500;

interface BatchOptions<Row> {
  /** Asks for all ids in one query; rows may come in any order, absent ones are left out. */
  readonly load: (keys: string[]) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
}

/** A loader of one row per id, in key order, undefined where there is none. Make one per request. */
export function batchByKey<Row>({
  load,
  keyOf,
}: BatchOptions<Row>): DataLoader<string, Row | undefined> {
  return new DataLoader<string, Row | undefined>(
    async (keys) => {
      const wanted = keys.filter(isUuid); // PostgreSQL refuses the whole batch for one that is not
      const rows = wanted.length === 0 ? [] : await load(wanted);
      const rowByKey = new Map(rows.map((row) => [keyOf(row), row]));
      return keys.map((key) => rowByKey.get(key));
    },
    { maxBatchSize: batchKeysMax },
  );
}

import DataLoader from 'dataloader';
import { isUuid } from '../uuid.ts';
import type { Connection, ConnectionArgs } from './connection.type.ts';
import { type KeysetOrder, type Page, readPage, reverse, type SortField } from './keyset.ts';
import { toConnection } from './paginate.ts';

/** Keys that one query asks for; more are split over several queries. */
const batchKeysMax = 500;

/** Parameterised SQL for `prisma.$queryRawUnsafe(text, ...values)`. */
export interface ParameterisedSql {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface PagePerKeyQuery {
  /** Table, or anything else that stands after FROM; written in code, never input. */
  readonly table: string;
  /** Column of type uuid that holds the key. */
  readonly keyColumn: string;
  /** A further SQL condition on the table's columns, written in code, never input. */
  readonly condition?: string;
  readonly keys: readonly string[];
  readonly page: Page;
}

const sqlTypes = {
  uuid: 'uuid',
  date: 'timestamptz',
  integer: 'bigint',
  text: 'text',
} as const satisfies Record<SortField['type'], string>;

/** One query that takes the same page of each key's rows: `users { orders(first: 5) }` without N+1. */
export function pagePerKeySql(query: PagePerKeyQuery): ParameterisedSql {
  const { page } = query;
  const values: unknown[] = [query.keys];
  const fields = page.order.fields.map(({ name }) => `"${name}"`);
  const conditions = [`"${query.keyColumn}" = wanted.key`];
  if (query.condition !== undefined) conditions.push(`(${query.condition})`);
  for (const [bound, direction] of [
    [page.from, page.direction],
    [page.until, reverse(page.direction)],
  ] as const) {
    if (bound === undefined) continue;
    const parameters = page.order.fields.map(({ type }, index) => {
      values.push(bound[index]);
      return `$${values.length}::${sqlTypes[type]}`;
    });
    const operator = direction === 'asc' ? '>' : '<';
    conditions.push(`(${fields.join(', ')}) ${operator} (${parameters.join(', ')})`);
  }
  const orderBy = fields.map((field) => `${field} ${page.direction}`).join(', ');
  const text = `SELECT page.* FROM unnest($1::uuid[]) AS wanted(key) CROSS JOIN LATERAL (
    SELECT * FROM ${query.table} WHERE ${conditions.join(' AND ')}
    ORDER BY ${orderBy} LIMIT ${page.size + 1}) AS page`;
  return { text, values };
}

/** Which list, and which page of it. */
export interface PageOfKey {
  readonly key: string;
  readonly args: ConnectionArgs;
}

export interface ConnectionLoaderOptions<Row> {
  readonly order: KeysetOrder;
  readonly keyOf: (row: Row) => string;
  /** Loads one page of each key's rows, usually with `pagePerKeySql`. */
  readonly load: (keys: string[], page: Page) => Promise<readonly Row[]>;
  /** Counts each key's rows; keys without rows may be left out. Asked only for `totalCount`. */
  readonly count: (keys: string[]) => Promise<ReadonlyMap<string, number>>;
}

/**
 * A loader of connections that hang on an entity in a list: one query for all entities that ask for
 * the same page. Make one per request. Loading throws BAD_USER_INPUT for bad arguments.
 */
export function createConnectionLoader<Row extends object>(
  options: ConnectionLoaderOptions<Row>,
): DataLoader<PageOfKey, Connection<Row>, string> {
  const counts = new DataLoader<string, number>(
    async (keys) => {
      const countByKey = await options.count(keys.filter(isUuid));
      return keys.map((key) => countByKey.get(key) ?? 0);
    },
    { maxBatchSize: batchKeysMax },
  );
  return new DataLoader<PageOfKey, Connection<Row>, string>(
    async (wanted) => {
      const results = new Map<PageOfKey, Connection<Row> | Error>();
      const byArguments = Map.groupBy(wanted, ({ args }) => argumentsKey(args));
      const loads = [...byArguments.values()].map(async (group) => {
        for (const [item, result] of await loadGroup(group, options, counts)) {
          results.set(item, result);
        }
      });
      await Promise.all(loads);
      return wanted.map((item) => results.get(item) ?? new Error('A page was not loaded'));
    },
    { maxBatchSize: batchKeysMax, cacheKeyFn: ({ key, args }) => `${key} ${argumentsKey(args)}` },
  );
}

function argumentsKey({ first, after, last, before }: ConnectionArgs): string {
  return JSON.stringify([first ?? null, after ?? null, last ?? null, before ?? null]);
}

/** One query for keys that ask for the same page; its failure is theirs alone. */
async function loadGroup<Row extends object>(
  group: readonly PageOfKey[],
  { order, keyOf, load }: ConnectionLoaderOptions<Row>,
  counts: DataLoader<string, number>,
): Promise<[PageOfKey, Connection<Row> | Error][]> {
  try {
    const page = readPage(group[0]?.args ?? {}, order);
    const keys = group.map(({ key }) => key).filter(isUuid); // others have no rows
    const rows = keys.length === 0 ? [] : await load(keys, page);
    const rowsByKey = Map.groupBy(rows, keyOf);
    return group.map((item) => {
      const count = () => counts.load(item.key);
      return [item, toConnection(rowsByKey.get(item.key) ?? [], page, count)];
    });
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return group.map((item) => [item, failure]);
  }
}

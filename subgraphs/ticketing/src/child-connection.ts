import type { Connection } from '@plaza/kit/pagination/connection.type';
import type { KeysetOrder } from '@plaza/kit/pagination/keyset';
import {
  createConnectionLoader,
  type PageOfKey,
  pagePerKeySql,
} from '@plaza/kit/pagination/page-per-key';
import type DataLoader from 'dataloader';
import { Prisma, type PrismaClient } from './generated/prisma/client.ts';

export interface ChildConnectionOptions<Row> {
  /**
   * What stands after FROM, written in code: it has `id`, the key's column, and the order's fields
   * under the names that the rows have.
   */
  readonly table: string;
  /** Column that holds the parent's id. */
  readonly keyColumn: string;
  /** A further condition on the table, written in code. */
  readonly condition?: string;
  readonly order: KeysetOrder;
  readonly byId: DataLoader<string, Row | undefined>;
}

interface PlacedId {
  readonly id: string;
  readonly key: string;
}

/**
 * A loader of the lists that hang on a parent: one query finds the ids of the same page for all
 * parents, the loader by id brings the rows.
 */
export function createChildConnectionLoader<Row extends object>(
  database: PrismaClient,
  options: ChildConnectionOptions<Row>,
): DataLoader<PageOfKey, Connection<Row>, string> {
  const { table, keyColumn, condition, order, byId } = options;
  return createConnectionLoader<Row & { readonly parentId: string }>({
    order,
    keyOf: ({ parentId }) => parentId,
    async load(keys, page) {
      const query = { table, keyColumn, keys, page, ...(condition !== undefined && { condition }) };
      const { text, values } = pagePerKeySql(query);
      const places = await database.$queryRawUnsafe<PlacedId[]>(
        `SELECT id, "${keyColumn}" AS key FROM (${text}) AS child`,
        ...values,
      );
      const rows = await Promise.all(places.map(({ id }) => byId.load(id)));
      return places.flatMap(({ key }, index) => {
        const row = rows[index];
        return row === undefined ? [] : [{ ...row, parentId: key }];
      });
    },
    async count(keys) {
      const counts = await database.$queryRaw<{ key: string; count: number }[]>`
        SELECT ${Prisma.raw(`"${keyColumn}"`)} AS key, count(*)::int AS count
        FROM ${Prisma.raw(table)}
        WHERE ${Prisma.raw(`"${keyColumn}"`)} = ANY(${keys}::uuid[])
          AND (${Prisma.raw(condition ?? 'true')})
        GROUP BY 1`;
      return new Map(counts.map(({ key, count }) => [key, count]));
    },
  });
}

/** The same page with other nodes; the count stays unasked until it is read. */
export function mapConnection<From, To>(
  connection: Connection<From>,
  toNode: (node: From) => To,
): Connection<To> {
  const edges = connection.edges.map(({ node, cursor }) => ({ node: toNode(node), cursor }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: connection.pageInfo,
    get totalCount() {
      return connection.totalCount;
    },
  };
}

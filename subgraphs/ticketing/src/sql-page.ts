import type { Connection } from '@plaza/kit/pagination/connection.type';
import { type Page, reverse, type SortField } from '@plaza/kit/pagination/keyset';
import { toConnection } from '@plaza/kit/pagination/paginate';
import type DataLoader from 'dataloader';
import { Prisma, type PrismaClient } from './generated/prisma/client.ts';

const sqlTypes = {
  uuid: 'uuid',
  date: 'timestamptz',
  integer: 'bigint',
  text: 'text',
} as const satisfies Record<SortField['type'], string>;

export interface SqlPageOptions<Row> {
  /** A SELECT of `id` and of the order's fields under their names: the whole list. */
  readonly list: Prisma.Sql;
  readonly page: Page;
  readonly byId: DataLoader<string, Row | undefined>;
}

/**
 * Answers a connection over a list that only SQL can express: one query for the ids of the page,
 * the loader by id for the rows.
 */
export async function loadSqlPage<Row extends object>(
  database: PrismaClient,
  { list, page, byId }: SqlPageOptions<Row>,
): Promise<Connection<Row>> {
  const places = await database.$queryRaw<{ readonly id: string }[]>`
    SELECT * FROM (${list}) AS list
    WHERE ${withinPage(page)}
    ORDER BY ${orderOf(page)}
    LIMIT ${page.size + 1}`;
  const rows = await Promise.all(places.map(({ id }) => byId.load(id)));
  const placed = places.flatMap((place, index) => {
    const row = rows[index];
    return row === undefined ? [] : [{ ...place, ...row }];
  });
  return toConnection<Row>(placed, page, async () => {
    const [total] = await database.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (${list}) AS list`;
    return total?.count ?? 0;
  });
}

function withinPage(page: Page): Prisma.Sql {
  const fields = Prisma.join(page.order.fields.map(columnOf));
  const conditions = [Prisma.sql`true`];
  for (const [bound, direction] of [
    [page.from, page.direction],
    [page.until, reverse(page.direction)],
  ] as const) {
    if (bound === undefined) continue;
    const values = page.order.fields.map(
      ({ type }, index) => Prisma.sql`${bound[index]}::${Prisma.raw(sqlTypes[type])}`,
    );
    const operator = Prisma.raw(direction === 'asc' ? '>' : '<');
    conditions.push(Prisma.sql`(${fields}) ${operator} (${Prisma.join(values)})`);
  }
  return Prisma.join(conditions, ' AND ');
}

function orderOf({ order, direction }: Page): Prisma.Sql {
  const terms = order.fields.map(
    (field) => Prisma.sql`${columnOf(field)} ${Prisma.raw(direction)}`,
  );
  return Prisma.join(terms);
}

function columnOf({ name }: SortField): Prisma.Sql {
  return Prisma.raw(`"${name}"`);
}

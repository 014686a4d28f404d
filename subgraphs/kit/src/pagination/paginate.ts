import type { Connection, ConnectionArgs } from './connection.type.ts';
import {
  type KeysetOrder,
  type Page,
  readPage,
  reverse,
  type SortDirection,
  type SortValue,
  toCursor,
} from './keyset.ts';

/** The parts of a Prisma `findMany` that select one page; one row more than the page is taken. */
export interface PageQuery<Where, OrderBy> {
  readonly where: Where;
  readonly orderBy: OrderBy[];
  readonly take: number;
}

export interface PaginateOptions<Row, Where, OrderBy> {
  readonly args: ConnectionArgs;
  readonly order: KeysetOrder;
  /** Loads one page: put `where` beside the list's own conditions with AND. */
  readonly load: (query: PageQuery<Where, OrderBy>) => Promise<Row[]>;
  /** Counts the whole list; asked only if the client selects `totalCount`. */
  readonly count: () => Promise<number>;
}

/**
 * Answers a Relay connection by keyset pagination: as fast on the last page as on the first, and
 * steady while rows are added. Throws BAD_USER_INPUT for bad arguments.
 */
export async function paginate<Row extends object, Where, OrderBy>(
  options: PaginateOptions<Row, Where, OrderBy>,
): Promise<Connection<Row>> {
  const page = readPage(options.args, options.order);
  const rows = await options.load({
    where: toWhere(page) as Where,
    orderBy: page.order.fields.map(({ name }) => ({ [name]: page.direction })) as OrderBy[],
    take: page.size + 1,
  });
  return toConnection(rows, page, options.count);
}

/** Makes a connection of the rows that a page's query returned: up to one more than its size. */
export function toConnection<Row extends object>(
  rows: readonly Row[],
  page: Page,
  count: () => Promise<number>,
): Connection<Row> {
  const nodes = rows.slice(0, page.size);
  if (page.isBackward) nodes.reverse();
  const hasMoreAhead = rows.length > page.size;
  const hasMoreBehind = page.from !== undefined;
  const edges = nodes.map((node) => ({ node, cursor: toCursor(node, page.order) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: page.isBackward ? hasMoreBehind : hasMoreAhead,
      hasPreviousPage: page.isBackward ? hasMoreAhead : hasMoreBehind,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    get totalCount() {
      return count();
    },
  };
}

function toWhere(page: Page): object {
  const conditions: object[] = [];
  if (page.from !== undefined) conditions.push(beyond(page.order, page.direction, page.from));
  if (page.until !== undefined) {
    conditions.push(beyond(page.order, reverse(page.direction), page.until));
  }
  return conditions.length === 0 ? {} : { AND: conditions };
}

/** Rows past the values in lexicographic order: (a > x) or (a = x and b > y) ... */
function beyond(
  { fields }: KeysetOrder,
  direction: SortDirection,
  values: readonly SortValue[],
): object {
  const operator = direction === 'asc' ? 'gt' : 'lt';
  const equalBefore = (end: number) =>
    fields.slice(0, end).map(({ name }, index) => ({ [name]: values[index] }));
  return {
    OR: fields.map(({ name }, index) => ({
      AND: [...equalBefore(index), { [name]: { [operator]: values[index] } }],
    })),
  };
}

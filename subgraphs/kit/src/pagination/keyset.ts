import { AppError } from '@plaza/schema/errors';
import { isUuid } from '../uuid.ts';
import { type ConnectionArgs, pageSizeDefault, pageSizeMax } from './connection.type.ts';

export type SortDirection = 'asc' | 'desc';
export type SortValue = string | number | Date;

/**
 * The total order of a list: the last field must be unique, and no field may be null. All fields run
 * in one direction, so that PostgreSQL can answer from one index.
 */
export interface KeysetOrder {
  readonly fields: readonly SortField[];
  readonly direction: SortDirection;
}

export interface SortField {
  readonly name: string;
  readonly type: 'uuid' | 'date' | 'integer' | 'text';
}

/** Newest first, for rows with UUID version 7 ids. */
export const newestFirst: KeysetOrder = {
  fields: [{ name: 'id', type: 'uuid' }],
  direction: 'desc',
};

/** One page to load. `direction` is that of the query: the reverse of the order's for `last`. */
export interface Page {
  readonly order: KeysetOrder;
  readonly direction: SortDirection;
  readonly isBackward: boolean;
  readonly size: number;
  /** Values of the order's fields beyond which rows are wanted, in the direction of the query. */
  readonly from: readonly SortValue[] | undefined;
  /** Values of the order's fields at which the other end of the list lies. */
  readonly until: readonly SortValue[] | undefined;
}

/** Reads the arguments of a connection. Throws BAD_USER_INPUT that names the argument and its limit. */
export function readPage(args: ConnectionArgs, order: KeysetOrder): Page {
  if (args.first != null && args.last != null) {
    throw badArgument('last', 'first and last cannot be used together: leave one out');
  }
  const isBackward = args.last != null;
  const field = isBackward ? 'last' : 'first';
  const size = args[field] ?? pageSizeDefault;
  if (size < 1 || size > pageSizeMax) {
    const message = `${field} must be between 1 and ${pageSizeMax}`;
    throw new AppError('BAD_USER_INPUT', message, { details: { field, limit: pageSizeMax } });
  }
  const after = readCursor(args, 'after', order);
  const before = readCursor(args, 'before', order);
  return {
    order,
    direction: isBackward ? reverse(order.direction) : order.direction,
    isBackward,
    size,
    from: isBackward ? before : after,
    until: isBackward ? after : before,
  };
}

export function reverse(direction: SortDirection): SortDirection {
  return direction === 'asc' ? 'desc' : 'asc';
}

/** The opaque place of a row: its values of the order's fields. */
export function toCursor(row: object, order: KeysetOrder): string {
  const values = order.fields.map(({ name }) => [name, (row as Record<string, unknown>)[name]]);
  return Buffer.from(JSON.stringify(Object.fromEntries(values))).toString('base64url');
}

function readCursor(
  args: ConnectionArgs,
  field: 'after' | 'before',
  order: KeysetOrder,
): readonly SortValue[] | undefined {
  const cursor = args[field];
  if (cursor == null) return undefined;
  try {
    const values = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as object;
    return order.fields.map((sort) => readSortValue(sort, Reflect.get(values, sort.name)));
  } catch (cause) {
    throw badArgument(field, `${field} is not a cursor of this connection`, cause);
  }
}

function readSortValue({ name, type }: SortField, value: unknown): SortValue {
  if (type === 'uuid' && isUuid(value)) return value;
  if (type === 'text' && typeof value === 'string' && !value.includes('\0')) return value;
  if (type === 'integer' && Number.isSafeInteger(value)) return value as number;
  if (type === 'date' && typeof value === 'string') {
    const date = new Date(value);
    if (date.toJSON() === value) return date;
  }
  throw new TypeError(`The cursor has no usable ${name}`);
}

function badArgument(field: string, message: string, cause?: unknown): AppError {
  return new AppError('BAD_USER_INPUT', message, { cause, details: { field } });
}

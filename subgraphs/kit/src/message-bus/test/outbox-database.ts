import { randomBytes } from 'node:crypto';
import { readTestPostgresUrl } from '@plaza/prisma/config';
import { createDatabase } from '@plaza/prisma/migrate';
import type pg from 'pg';
import { pino } from 'pino';
import { outboxTablesSql } from '../outbox/outbox-tables.ts';
import type { SqlTransaction } from '../outbox/sql-transaction.ts';
import { inTransaction, openPool } from '../postgres/open-pool.ts';
import { dropDatabase } from './bus-under-test.ts';

/** A subgraph's database: outbox, inbox, and a table that the work of a handler writes to. */
export interface OutboxDatabase extends AsyncDisposable {
  readonly url: string;
  readonly pool: pg.Pool;
  transaction<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T>;
}

export async function createOutboxDatabase(): Promise<OutboxDatabase> {
  const server = readTestPostgresUrl();
  const name = `test_outbox_${randomBytes(6).toString('hex')}`;
  const address = new URL(server);
  address.pathname = `/${name}`;
  await createDatabase(address.href);
  const pool = openPool(
    {
      url: address.href,
      applicationName: 'test',
      connectionsMax: 5,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    },
    pino({ level: 'silent' }),
  );
  await pool.query(outboxTablesSql);
  await pool.query('CREATE TABLE charge (order_id text NOT NULL)');
  return {
    url: address.href,
    pool,
    transaction: (work) => inTransaction(pool, (client) => work(onClient(client))),
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await dropDatabase(server, name);
    },
  };
}

/** The one method of Prisma's transaction client that the outbox uses, on a plain connection. */
function onClient(client: pg.ClientBase): SqlTransaction {
  return {
    $executeRaw: async (statement, ...values) => {
      const text = statement.reduce((sql, part, index) => `${sql}$${index}${part}`);
      const { rowCount } = await client.query(text, values);
      return rowCount ?? 0;
    },
  };
}

import { setMaxListeners } from 'node:events';
import { createDatabase } from '@plaza/prisma/migrate';
import { AppError } from '@plaza/schema/errors';
import pg from 'pg';
import { type ConstructorOptions, type Db, PgBoss } from 'pg-boss';
import { retryWhileAway } from '../deadline.ts';
import type { ResolvedBusOptions } from '../message-bus-limits.ts';

/** Connections for publishing and settling, and as many again for pg-boss's own work. */
const poolMax = 5;
/** How long one statement may take; rebuilding an index of a large queue is the longest. */
const statementTimeoutMs = 60_000;
/** How much longer the client waits than the server. */
const statementGraceMs = 1_000;
/** Any number that no other advisory lock of ours uses. */
const tablesLock = 72707371;

const tablesSql = `
CREATE SCHEMA IF NOT EXISTS message_bus;
CREATE TABLE IF NOT EXISTS message_bus.binding (
  queue text NOT NULL,
  pattern text NOT NULL,
  PRIMARY KEY (queue, pattern)
);`;

/** The bus's database: pg-boss, which keeps the queues, and a pool for transactions around it. */
export interface PostgresStore {
  readonly boss: PgBoss;
  readonly pool: pg.Pool;
  readonly unansweredDeliveriesMax: number;
  close(): Promise<void>;
}

/** Makes the database and its tables if they are missing. Rejects with DOWNSTREAM_SERVICE_ERROR. */
export async function openPostgresStore(
  url: string,
  options: ResolvedBusOptions,
): Promise<PostgresStore> {
  // Passed on to the driver by pg-boss as well, whose types name only some of it.
  const connection = {
    connectionString: url,
    application_name: 'plaza-message-bus',
    max: poolMax,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + statementGraceMs,
    keepAlive: true,
  };
  const pool = new pg.Pool(connection);
  pool.on('error', (error) => options.log.debug({ err: error }, 'message bus lost a connection'));
  const patience = { timeoutMs: options.connectTimeoutMs, purpose: 'open' };
  try {
    await retryWhileAway(patience, () => prepareDatabase(url, pool));
    const boss = await startBoss(connection, options);
    const { unansweredDeliveriesMax } = options;
    return { boss, pool, unansweredDeliveriesMax, close: () => closeStore(boss, pool) };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function prepareDatabase(url: string, pool: pg.Pool): Promise<void> {
  try {
    await createTables(pool);
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error;
    await createDatabase(url);
    await createTables(pool);
  }
}

async function createTables(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    // CREATE ... IF NOT EXISTS of two processes at once can still fail.
    await client.query('SELECT pg_advisory_xact_lock($1)', [tablesLock]);
    await client.query(tablesSql);
  });
}

async function startBoss(
  connection: ConstructorOptions,
  { log, superviseIntervalMs }: ResolvedBusOptions,
): Promise<PgBoss> {
  const superviseSeconds = Math.max(1, Math.round(superviseIntervalMs / 1_000));
  const boss = new PgBoss({
    ...connection,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  setMaxListeners(0, boss);
  boss.on('error', (error) => log.warn({ err: error }, 'message bus failed'));
  boss.on('warning', (warning) => log.warn({ warning }, 'message bus warns'));
  try {
    return await boss.start();
  } catch (error) {
    await boss.stop({ graceful: false });
    throw new AppError(
      'DOWNSTREAM_SERVICE_ERROR',
      'The message bus could not prepare its database',
      {
        cause: error,
      },
    );
  }
}

async function closeStore(boss: PgBoss, pool: pg.Pool): Promise<void> {
  await boss.stop({ graceful: false, close: true });
  await pool.end();
}

/** Runs the work in one transaction on one connection. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // While a client is in use the pool does not listen for the loss of its connection.
  const onError = (): void => undefined;
  client.on('error', onError);
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query('ROLLBACK').then(
      () => {
        failure = undefined;
      },
      () => undefined,
    );
    throw error;
  } finally {
    client.removeListener('error', onError);
    client.release(failure); // a connection in an unknown state is not used again
  }
}

/** Lets pg-boss work inside a transaction of ours. */
export function bossDatabase(client: pg.PoolClient): Db {
  return { executeSql: (text, values) => client.query(text, values) };
}

import { setMaxListeners } from 'node:events';
import { createDatabase } from '@plaza/prisma/migrate';
import { AppError } from '@plaza/schema/errors';
import type pg from 'pg';
import { type Db, PgBoss } from 'pg-boss';
import { retryWhileBusAway } from '../deadline.ts';
import type { ResolvedBusOptions } from '../message-bus-limits.ts';
import { inTransaction, openPool, type PoolOptions, toPoolConfig } from './open-pool.ts';

/** Connections for publishing and settling, and as many again for pg-boss's own work. */
const poolMax = 5;
/** How long one statement may take; rebuilding an index of a large queue is the longest. */
const statementTimeoutMs = 60_000;
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
  const settings = {
    url,
    applicationName: 'plaza-message-bus',
    connectionsMax: poolMax,
    connectTimeoutMs: options.connectTimeoutMs,
    statementTimeoutMs,
  };
  const pool = openPool(settings, options.log);
  const patience = { timeoutMs: options.connectTimeoutMs, purpose: 'open' };
  try {
    await retryWhileBusAway(patience, () => prepareDatabase(url, pool));
    const boss = await startBoss(settings, options);
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
  settings: PoolOptions,
  { log, superviseIntervalMs }: ResolvedBusOptions,
): Promise<PgBoss> {
  const superviseSeconds = Math.max(1, Math.round(superviseIntervalMs / 1_000));
  const boss = new PgBoss({
    ...toPoolConfig(settings), // pg-boss hands to the driver what its own types do not name
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

/** Lets pg-boss work inside a transaction of ours. */
export function bossDatabase(client: pg.PoolClient): Db {
  return { executeSql: (text, values) => client.query(text, values) };
}

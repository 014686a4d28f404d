import pg from 'pg';
import type { BusLog } from '../message-bus.ts';

/** How much longer the client waits for a statement than the server lets it run. */
const statementGraceMs = 1_000;

export interface PoolOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly connectionsMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** False where a commit may be lost with the server. Default true. */
  readonly durable?: boolean;
}

/** The driver's settings for connections of which every wait has an end. */
export function toPoolConfig(options: PoolOptions) {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.connectionsMax,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + statementGraceMs,
    keepAlive: true,
    ...(options.durable === false && { options: '-c synchronous_commit=off' }),
  };
}

/** A pool that outlives the loss of its connections, idle, in use or closing. */
export function openPool(options: PoolOptions, log: BusLog): pg.Pool {
  const pool = new pg.Pool(toPoolConfig(options));
  pool.on('error', (error) => log.debug({ err: error }, 'database connection lost'));
  // The pool itself listens to idle connections alone; an error without a listener ends the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ err: error }, 'database connection lost'));
  });
  return pool;
}

/** Runs the work in one transaction on one connection. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let isClean = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    isClean = true;
    return result;
  } catch (error) {
    isClean = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!isClean); // a connection in an unknown state is not used again
  }
}

import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SubgraphConfig } from './environment.ts';
import { traceQueries } from './tracing/trace-queries.ts';

/** How long an unused connection stays open. */
const idleTimeoutMs = 60_000;
/** How much longer the client waits than the server lets a statement run. */
const statementGraceMs = 1_000;

/** Prisma's code for a transaction that did not start, or did not end, in its time. */
const transactionTimedOut = 'P2028';
/** PostgreSQL's code for a statement that was stopped (query_canceled). */
const statementTimedOut = '57014';
/** What a pool of pg says that has no connection to give; the error has no code. */
const noConnectionMessage = 'timeout exceeded when trying to connect';

/** A bounded pool of connections to a subgraph's database, for `new PrismaClient({ adapter })`. */
export function createDatabaseAdapter(
  name: string,
  config: Pick<
    SubgraphConfig,
    | 'otlpEndpoint'
    | 'databaseUrl'
    | 'databasePoolMax'
    | 'databaseConnectTimeoutMs'
    | 'databaseStatementTimeoutMs'
  >,
): SqlDriverAdapterFactory {
  const adapter = new PrismaPg({
    connectionString: config.databaseUrl,
    application_name: `plaza-${name}`,
    max: config.databasePoolMax,
    connectionTimeoutMillis: config.databaseConnectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: config.databaseStatementTimeoutMs,
    query_timeout: config.databaseStatementTimeoutMs + statementGraceMs,
  });
  return config.otlpEndpoint === undefined ? adapter : traceQueries(adapter);
}

/**
 * True for the error of a query or transaction that got no connection, or no end, in its time: nothing
 * of it was done.
 */
export function isDatabaseBusy(error: unknown): boolean {
  const { code, meta, message } = error as {
    code?: unknown;
    message?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const isStopped = meta?.driverAdapterError?.cause?.originalCode === statementTimedOut;
  return code === transactionTimedOut || isStopped || message === noConnectionMessage;
}

import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SubgraphConfig } from './environment.ts';

/** How long an unused connection stays open. */
const idleTimeoutMs = 60_000;
/** How much longer the client waits than the server lets a statement run. */
const statementGraceMs = 1_000;

/** A bounded pool of connections to a subgraph's database, for `new PrismaClient({ adapter })`. */
export function createDatabaseAdapter(
  name: string,
  config: Pick<
    SubgraphConfig,
    'databaseUrl' | 'databasePoolMax' | 'databaseConnectTimeoutMs' | 'databaseStatementTimeoutMs'
  >,
): SqlDriverAdapterFactory {
  return new PrismaPg({
    connectionString: config.databaseUrl,
    application_name: `plaza-${name}`,
    max: config.databasePoolMax,
    connectionTimeoutMillis: config.databaseConnectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: config.databaseStatementTimeoutMs,
    query_timeout: config.databaseStatementTimeoutMs + statementGraceMs,
  });
}

import pg from 'pg';

/** How long making a database may take. */
const timeoutMs = 10_000;
/** What PostgreSQL says when another process has made it, before or at the same moment. */
const alreadyThereCodes = new Set<unknown>(['42P04', '23505']);

/** Creates the database that the URL names, unless it is there. Rejects with the driver's error. */
export async function createDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  const client = new pg.Client({
    connectionString: server.href,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  try {
    await client.connect();
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!alreadyThereCodes.has((error as { code?: unknown }).code)) throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

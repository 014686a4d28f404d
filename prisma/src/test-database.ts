import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { readTestPostgresUrl } from './config.ts';
import { createDatabase, migrateDatabase } from './migrate.ts';
import { migrationsFolderOf } from './migrations-folder.ts';

/** Any number that no other advisory lock of ours uses. */
const templateLock = 72707370;

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/**
 * A fresh, migrated and empty database of one subgraph for one test file, on the server that the test
 * command started. Dropped when disposed of. The migrated template is made once per server.
 */
export async function createTestDatabase(subgraph: string): Promise<TestDatabase> {
  const server = readTestPostgresUrl();
  const template = await withTemplateLock(server, () => ensureTemplate(server, subgraph));
  const name = `test_${subgraph}_${randomBytes(6).toString('hex')}`;
  const url = urlOf(server, name);
  // CREATE DATABASE takes its template for itself, so test files take turns.
  await withTemplateLock(server, () => createDatabase(url, template));
  return { url, [Symbol.asyncDispose]: () => dropDatabase(server, name) };
}

/** Named after the migrations' place, so that two checkouts can share a server. */
async function ensureTemplate(server: string, subgraph: string): Promise<string> {
  const migrationsFolder = migrationsFolderOf(subgraph);
  const place = createHash('sha256').update(migrationsFolder).digest('hex').slice(0, 8);
  const template = `template_${subgraph}_${place}`;
  await migrateDatabase({ url: urlOf(server, template), migrationsFolder });
  return template;
}

async function withTemplateLock<T>(server: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres') });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    return await work();
  } finally {
    await client.end();
  }
}

async function dropDatabase(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres') });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

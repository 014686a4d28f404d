import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { StartupError } from './startup-error.ts';

/** The advisory lock that Prisma Migrate takes, so that the two never run at the same time. */
const prismaMigrateLock = 72707369;
/** How long a connection to the server may take. */
const connectTimeoutMs = 10_000;
/** How long one migration may wait for a lock or run. */
const statementTimeoutMs = 120_000;

export interface MigrationOptions {
  /** Connection URL of the database; the database is created if it is missing. */
  readonly url: string;
  /** Folder with one folder per migration, each with its `migration.sql`. */
  readonly migrationsFolder: string;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex: what Prisma Migrate records. */
  readonly checksum: string;
}

/**
 * Brings a database up to date and resolves to the names of the migrations applied now. It keeps
 * Prisma Migrate's own books (`_prisma_migrations`), so that its commands agree afterwards.
 * Throws StartupError when the server is away, a migration failed before, or was edited since.
 */
export async function migrateDatabase(options: MigrationOptions): Promise<string[]> {
  const client = await connectOrCreate(options.url);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaMigrateLock]);
    await client.query(migrationsTable);
    const migrations = readMigrations(options.migrationsFolder);
    const pending = await findPending(client, migrations);
    for (const migration of pending) await applyMigration(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end(); // ends the session, and with it the advisory lock
  }
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

async function connectOrCreate(url: string): Promise<pg.Client> {
  try {
    return await connect(url);
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw unreachable(url, error);
  }
  await createDatabase(url);
  return connect(url);
}

/** Creates the database that the URL names; another process may do so at the same moment. */
export async function createDatabase(url: string, template?: string): Promise<void> {
  const server = new URL(url);
  const name = databaseName(url);
  server.pathname = '/postgres';
  const admin = await connect(server.href).catch((error) => {
    throw unreachable(url, error);
  });
  try {
    const source =
      template === undefined
        ? ''
        : ` TEMPLATE ${admin.escapeIdentifier(template)} STRATEGY file_copy`;
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}${source}`);
  } catch (error) {
    const code = (error as { code?: string }).code;
    const alreadyThere = code === '42P04' || code === '23505';
    if (!alreadyThere) throw error;
  } finally {
    await admin.end();
  }
}

/** The database's name in a connection URL. */
export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  await client.connect();
  return client;
}

function unreachable(url: string, cause: unknown): StartupError {
  const { host, pathname } = new URL(url);
  const reason = cause instanceof Error ? cause.message || String(cause) : String(cause);
  const code = (cause as { code?: string }).code ?? reason;
  return new StartupError(
    `The database ${pathname.slice(1)} at ${host} cannot be used (${code}). ` +
      'Check that the server runs and that the connection URL is right.',
    { cause },
  );
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

async function findPending(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const { rows } = await client.query<{
    migration_name: string;
    checksum: string;
    finished_at: Date | null;
  }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  return migrations.filter((migration) => {
    const row = applied.get(migration.name);
    if (row === undefined) return true;
    if (row.finished_at === null) {
      throw new StartupError(
        `The migration ${migration.name} failed before: mend the database, then mark it with "prisma migrate resolve".`,
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new StartupError(
        `The migration ${migration.name} was edited after it was applied: undo the edit and add a new migration, ` +
          'or run "npm run reset" to start with fresh data.',
      );
    }
    return false;
  });
}

async function applyMigration(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  await client.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, migration.checksum, migration.name],
  );
  try {
    await client.query(migration.sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, reason]);
    throw new StartupError(`The migration ${migration.name} failed: ${reason}`, { cause: error });
  }
  await client.query(
    'UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}

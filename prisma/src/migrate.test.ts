import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { readTestPostgresUrl } from './config.ts';
import { migrateDatabase } from './migrate.ts';
import { StartupError } from './startup-error.ts';

interface Place {
  readonly url: string;
  readonly migrationsFolder: string;
  write(name: string, sql: string): void;
  query(sql: string): Promise<unknown[]>;
}

/** A database name that nobody has used and a folder for migrations, both removed at the end. */
function place(t: ExecutionContext): Place {
  const migrationsFolder = mkdtempSync(join(tmpdir(), 'plaza-migrations-'));
  const url = new URL(readTestPostgresUrl());
  url.pathname = `/${migrationsFolder.split('-').at(-1)?.toLowerCase()}_migrate`;
  const query = async (sql: string, database = url.href): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  t.teardown(async () => {
    rmSync(migrationsFolder, { recursive: true });
    await query(`DROP DATABASE IF EXISTS "${url.pathname.slice(1)}"`, readTestPostgresUrl());
  });
  const write = (name: string, sql: string): void => {
    mkdirSync(join(migrationsFolder, name), { recursive: true });
    writeFileSync(join(migrationsFolder, name, 'migration.sql'), sql);
  };
  return { url: url.href, migrationsFolder, write, query };
}

test('creates the database, applies migrations in order and remembers them', async (t) => {
  const database = place(t);
  database.write('002_more', 'INSERT INTO a VALUES (2);');
  database.write('001_first', 'CREATE TABLE a (n INT); INSERT INTO a VALUES (1);');
  t.deepEqual(await migrateDatabase(database), ['001_first', '002_more']);
  t.deepEqual(await migrateDatabase(database), []);
  t.deepEqual(await database.query('SELECT n FROM a ORDER BY n'), [{ n: 1 }, { n: 2 }]);
});

test('several processes that start at once apply each migration once', async (t) => {
  const database = place(t);
  database.write('001_first', 'CREATE TABLE a (n INT); SELECT pg_sleep(0.1);');
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(database)));
  t.deepEqual(applied.flat(), ['001_first']);
});

test('refuses a migration that was edited after it was applied', async (t) => {
  const database = place(t);
  database.write('001_first', 'CREATE TABLE a (n INT);');
  await migrateDatabase(database);
  database.write('001_first', 'CREATE TABLE a (n BIGINT);');
  await t.throwsAsync(() => migrateDatabase(database), {
    instanceOf: StartupError,
    message: /001_first was edited after it was applied/,
  });
});

test('a failed migration leaves nothing behind and stops the next start too', async (t) => {
  const database = place(t);
  database.write('001_first', 'CREATE TABLE a (n INT); SELECT nonsense;');
  const failed = { instanceOf: StartupError, message: /001_first failed/ };
  await t.throwsAsync(() => migrateDatabase(database), failed);
  await t.throwsAsync(() => migrateDatabase(database), failed);
  t.deepEqual(await database.query("SELECT to_regclass('a') AS a"), [{ a: null }]);
});

test('says which server is away, without its password', async (t) => {
  const url = 'postgresql://postgres:secret@127.0.0.1:1/identity';
  const error = await t.throwsAsync(() => migrateDatabase({ url, migrationsFolder: tmpdir() }), {
    instanceOf: StartupError,
    message: /database identity at 127\.0\.0\.1:1 cannot be used \(ECONNREFUSED\)/,
  });
  t.false(error?.message.includes('secret'));
});

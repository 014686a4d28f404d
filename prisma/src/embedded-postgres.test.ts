import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { StartupError } from './startup-error.ts';

function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plaza-postgres-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('keeps data over a restart and asks for its password', async (t) => {
  const folder = temporaryFolder(t);
  const first = await startEmbeddedPostgres({ folder, durable: false });
  await query(first.databaseUrl('postgres'), 'CREATE TABLE kept AS SELECT 1 AS n');
  await first.close();
  await using second = await startEmbeddedPostgres({ folder, durable: false });
  t.deepEqual(await query(second.databaseUrl('postgres'), 'SELECT n FROM kept'), [{ n: 1 }]);
  const stranger = `postgresql://postgres:guess@127.0.0.1:${second.port}/postgres`;
  await t.throwsAsync(query(stranger, 'SELECT 1'), { message: /password authentication failed/ });
});

test('ends with its parent, however that ends', async (t) => {
  const folder = temporaryFolder(t);
  const module = fileURLToPath(new URL('./embedded-postgres.js', import.meta.url));
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, durable: false });
    console.log('ready'); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(parent.stdout, 'data');
  const pid = Number(
    readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  t.true(isAlive(pid));
  parent.kill('SIGKILL');
  for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 50) await delay(50);
  t.false(isAlive(pid));
});

test('takes another port when the preferred one is busy', async (t) => {
  await using first = await startEmbeddedPostgres({ folder: temporaryFolder(t), durable: false });
  await using second = await startEmbeddedPostgres({
    folder: temporaryFolder(t),
    durable: false,
    preferredPort: first.port,
  });
  t.not(second.port, first.port);
});

test('a broken data folder is one line that says what to do, and is left as it was', async (t) => {
  const folder = temporaryFolder(t);
  const cluster = join(folder, 'postgres');
  mkdirSync(cluster);
  writeFileSync(join(cluster, 'PG_VERSION'), '9.6\n');
  writeFileSync(join(folder, 'postgres-password'), 'x\n');
  const error = await t.throwsAsync(startEmbeddedPostgres({ folder, durable: false }), {
    instanceOf: StartupError,
    message: /cannot be opened .*npm run reset/,
  });
  t.false(error?.message.includes('\n'));
  t.true(existsSync(join(cluster, 'PG_VERSION')));
});

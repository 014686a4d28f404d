import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { giveFolderTo, stopLeftoverServer } from './data-folder.ts';
import { findFreePort } from './free-port.ts';
import {
  chooseRunAs,
  commandFor,
  findPostgresBinaries,
  type PostgresBinaries,
  type RunAs,
  unprivilegedId,
} from './postgres-binaries.ts';
import { StartupError } from './startup-error.ts';

/** Connections that the embedded server accepts. */
const connectionsMax = 200;
/** How long the server may take to accept connections, crash recovery included. */
const readyTimeoutMs = 60_000;
/** How long a clean shutdown may take before the server is left to finish by itself. */
const stopTimeoutMs = 15_000;
/** Lines of the server's log that are kept for an error message. */
const logLinesMax = 30;

export interface EmbeddedPostgresOptions {
  /** Holds the cluster in `postgres/` and its password; made if it is missing. */
  readonly folder: string;
  /** Used if free; else another port is taken. */
  readonly preferredPort?: number;
  /** False only for throw-away data: writes are then not forced to disk. */
  readonly durable: boolean;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  readonly port: number;
  /** Connection URL of a database on this server; the database need not exist yet. */
  databaseUrl(name: string): string;
  /** Resolves when the server has ended, asked to or not. */
  readonly exited: Promise<unknown>;
  /** Shuts the server down cleanly; idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from the binaries of an npm package, as an unprivileged user, on loopback,
 * with a generated password. It stops when `close` is called and when this process ends in any way.
 * Throws StartupError with one line that says what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder);
  const cluster = join(folder, 'postgres');
  mkdirSync(folder, { recursive: true });
  const binaries = findPostgresBinaries();
  const runAs = chooseRunAs(binaries, folder);
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    await stopLeftoverServer(cluster);
    giveFolderTo(cluster, runAs);
  } else {
    createCluster({ binaries, runAs, folder, cluster });
  }
  const password = readFileSync(join(folder, 'postgres-password'), 'utf8').trim();
  const port = await findFreePort(options.preferredPort);
  const server = spawnServer({ binaries, runAs, cluster, port, durable: options.durable });
  await untilReady(server, folder);
  return handleOf(server, port, password);
}

/** Made in a folder of another name and then renamed, so that an interrupted start leaves none. */
function createCluster(place: {
  binaries: PostgresBinaries;
  runAs: RunAs;
  folder: string;
  cluster: string;
}): void {
  const { binaries, runAs, folder, cluster } = place;
  if (existsSync(cluster)) throw brokenFolder(folder, 'it holds no PostgreSQL cluster');
  const passwordFile = join(folder, 'postgres-password');
  const unfinished = join(folder, 'postgres-unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const initdbPassword = join(unfinished, 'password');
  writeFileSync(initdbPassword, readFileSync(passwordFile), { mode: 0o600 });
  giveFolderTo(unfinished, runAs);
  const data = join(unfinished, 'data');
  const args = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'];
  args.push('--no-sync', `--pwfile=${initdbPassword}`);
  const [command, commandArgs] = commandFor(runAs, binaries.initdb, args);
  const result = spawnSync(command, commandArgs, {
    ...identityOf(runAs),
    cwd: '/',
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    const reason = result.error?.message ?? lastLine(result.stderr);
    throw new StartupError(`The embedded database could not be created in ${folder}: ${reason}`);
  }
  renameSync(data, cluster);
  rmSync(unfinished, { recursive: true, force: true });
}

function spawnServer(place: {
  binaries: PostgresBinaries;
  runAs: RunAs;
  cluster: string;
  port: number;
  durable: boolean;
}): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(connectionsMax),
    ...(place.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const args = ['-D', place.cluster, '-p', String(place.port)];
  for (const [key, value] of Object.entries(settings)) args.push('-c', `${key}=${value}`);
  const [command, commandArgs] = commandFor(place.runAs, place.binaries.postgres, args);
  const order = JSON.stringify({ command, args: commandArgs, ...identityOf(place.runAs) });
  const guardian = fileURLToPath(new URL('./postgres-guardian.js', import.meta.url));
  // Its own process group: Ctrl-C in the terminal must reach the services before their database.
  return spawn(process.execPath, [guardian, order], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
}

async function untilReady(server: ChildProcess, folder: string): Promise<void> {
  const log: string[] = [];
  if (server.stderr === null) throw new Error('the guardian has no stderr');
  const lines = createInterface({ input: server.stderr });
  const { promise, resolve: settle } = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    log.push(line);
    if (log.length > logLinesMax) log.shift();
    if (line.includes('ready to accept connections')) settle('ready');
  });
  server.once('exit', () => settle('ended'));
  const timer = setTimeout(() => settle('late'), readyTimeoutMs);
  const outcome = await promise;
  clearTimeout(timer);
  if (outcome === 'ready') return;
  server.stdin?.end();
  const telling = log.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? log.at(-1);
  throw brokenFolder(folder, outcome === 'late' ? 'it did not open in time' : telling);
}

function handleOf(server: ChildProcess, port: number, password: string): EmbeddedPostgres {
  const exited = server.exitCode === null ? once(server, 'exit') : Promise.resolve();
  const close = async (): Promise<void> => {
    server.ref();
    server.stdin?.end();
    const timer = setTimeout(() => server.unref(), stopTimeoutMs).unref();
    await exited;
    clearTimeout(timer);
  };
  // Neither the guardian nor its pipes may keep a finished program alive.
  server.unref();
  (server.stderr as unknown as { unref?: () => void } | null)?.unref?.();
  (server.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return {
    port,
    databaseUrl: (name) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`,
    exited,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function identityOf(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs === 'nobody' ? { uid: unprivilegedId, gid: unprivilegedId } : {};
}

function brokenFolder(folder: string, reason: string | undefined): StartupError {
  return new StartupError(
    `The data folder ${folder} cannot be opened (${reason ?? 'no reason given'}). ` +
      'Run "npm run reset" to start with fresh data, or move the folder aside to keep it.',
  );
}

function lastLine(text: string | null): string {
  return text?.trim().split('\n').at(-1) ?? 'no reason given';
}

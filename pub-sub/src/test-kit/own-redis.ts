import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTestServerSettings } from './config.ts';
import { answersOn, missingServer } from './test-server.ts';

/** How long a Redis that a test starts may take. */
const startTimeoutMs = 10_000;

/** A redis-server of a test's own, which it may stop, halt and start again. */
export class OwnRedis implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly #program: string;
  readonly #args: readonly string[];
  /** For what a replica writes down. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'plaza-redis-'));
  #server: ChildProcess | undefined;

  constructor(program: string, port: number, args: readonly string[] = []) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#program = program;
    this.#args = args;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const address = ['--port', String(this.port), '--bind', '127.0.0.1'];
    const persistence = ['--save', '', '--appendonly', 'no'];
    const args = [...address, ...persistence, '--dir', this.#folder, ...this.#args];
    const server = spawn(this.#program, args, { stdio: 'ignore' });
    this.#server = server;
    const endsAt = Date.now() + startTimeoutMs;
    while (!(await answersOn(this.port))) {
      const isOver = Date.now() > endsAt || server.exitCode !== null;
      if (isOver) throw new Error('redis-server did not start');
      await sleep(50);
    }
  }

  /** Resolves when the process has ended. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Ends it as a power cut would. Resolves when the process has ended. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** It keeps its connections and answers nothing, until `resume`. */
  pause(): void {
    this.#server?.kill('SIGSTOP');
  }

  resume(): void {
    this.#server?.kill('SIGCONT');
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    server.kill('SIGCONT');
    await exited;
  }
}

/** Starts the redis-server of PATH on a free port, with further arguments if need be. */
export async function startOwnRedis(
  args: readonly string[] = [],
): Promise<OwnRedis | { readonly missing: string }> {
  const program = findRedisServer();
  if (typeof program !== 'string') return program;
  const redis = new OwnRedis(program, await findFreePort(), args);
  await redis.start();
  return redis;
}

/** The redis-server of PATH. */
export function findRedisServer(): string | { readonly missing: string } {
  const program = readTestServerSettings()
    .path.split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file));
  if (program !== undefined) return program;
  const missing = 'no Redis: set TEST_REDIS_URL, start one on port 6379 or install redis-server';
  return missingServer(missing) as { readonly missing: string };
}

/** A port of this machine that nothing listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

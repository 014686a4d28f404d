import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTestServerSettings } from './config.ts';
import { answersOn, foundServer, missingServer, type TestServer } from './test-server.ts';

/** How long a Redis that this file starts may take. */
const startTimeoutMs = 10_000;

/** Redis by TEST_REDIS_URL, else on its standard port of this machine, else started from PATH. */
export async function findRedis(): Promise<TestServer> {
  const { redisUrl } = readTestServerSettings();
  if (redisUrl !== undefined) return foundServer(redisUrl);
  if (await answersOn(6379)) return foundServer('redis://127.0.0.1:6379');
  const own = await startOwnRedis();
  if ('missing' in own) return own;
  return { url: own.url, stop: () => own.stop() };
}

/** A Redis of a test's own, which it may stop and start. */
export class OwnRedis {
  readonly url: string;
  readonly #program: string;
  readonly #port: number;
  #server: ChildProcess | undefined;

  constructor(program: string, port: number) {
    this.#program = program;
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const persistence = ['--save', '', '--appendonly', 'no'];
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', ...persistence];
    const server = spawn(this.#program, args, { stdio: 'ignore' });
    this.#server = server;
    const endsAt = Date.now() + startTimeoutMs;
    while (!(await answersOn(this.#port))) {
      const isOver = Date.now() > endsAt || server.exitCode !== null;
      if (isOver) throw new Error('redis-server did not start');
      await sleep(50);
    }
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    const exited = once(server, 'exit');
    server.kill();
    await exited;
  }
}

/** Starts the redis-server of PATH on a free port. */
export async function startOwnRedis(): Promise<OwnRedis | { readonly missing: string }> {
  const program = readTestServerSettings()
    .path.split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file));
  if (program === undefined) {
    const missing = 'no Redis: set TEST_REDIS_URL, start one on port 6379 or install redis-server';
    return missingServer(missing) as { readonly missing: string };
  }
  const redis = new OwnRedis(program, await findFreePort());
  await redis.start();
  return redis;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

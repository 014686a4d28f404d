/**
 * Finds the servers that tests need and the machine may lack: by URL (TEST_RABBITMQ_URL,
 * TEST_REDIS_URL), else on their standard port of this machine, else Redis is started from PATH.
 * Where there is none the tests are skipped and their titles say so; with CI=true that is a failure.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@plaza/prisma/free-port';
import { readTestServerSettings } from './config.ts';

/** How long a server that this file starts may take. */
const startTimeoutMs = 10_000;
/** How long a connection to a port may take. */
const connectTimeoutMs = 1_000;

export type TestServer =
  | { readonly url: string; stop(): Promise<void> }
  | { readonly missing: string };

const keepsRunning = { stop: (): Promise<void> => Promise.resolve() };

export async function findRabbitmq(): Promise<TestServer> {
  const { rabbitmqUrl } = readTestServerSettings();
  if (rabbitmqUrl !== undefined) return { url: rabbitmqUrl, ...keepsRunning };
  if (await answers(5672)) return { url: 'amqp://guest:guest@127.0.0.1:5672', ...keepsRunning };
  return orFail('no RabbitMQ: set TEST_RABBITMQ_URL or start one on port 5672');
}

export async function findRedis(): Promise<TestServer> {
  const { redisUrl, path } = readTestServerSettings();
  if (redisUrl !== undefined) return { url: redisUrl, ...keepsRunning };
  if (await answers(6379)) return { url: 'redis://127.0.0.1:6379', ...keepsRunning };
  const program = path
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file));
  if (program !== undefined) return startRedis(program);
  return orFail('no Redis: set TEST_REDIS_URL, start one on port 6379 or install redis-server');
}

async function startRedis(program: string): Promise<TestServer> {
  const port = await findFreePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn(program, args, { stdio: 'ignore' });
  const endsAt = Date.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (Date.now() > endsAt || server.exitCode !== null)
      throw new Error('redis-server did not start');
    await sleep(50);
  }
  return { url: `redis://127.0.0.1:${port}`, stop: () => stop(server) };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.kill();
  await exited;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port, timeout: connectTimeoutMs });
  try {
    return await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'timeout').then(() => false),
    ]);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function orFail(missing: string): TestServer {
  if (readTestServerSettings().isBuildServer) throw new Error(`CI has ${missing}`);
  return { missing };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePort, findRedisServer, OwnRedis } from './own-redis.ts';

const startTimeoutMs = 20_000;
/** Silence after which the Sentinel holds the server for dead. */
const downAfterMs = 500;

export interface OwnRedisSentinel extends AsyncDisposable {
  /** The Sentinel's own address. */
  readonly url: string;
  /** What it calls the server. */
  readonly name: string;
  readonly password: string;
  readonly master: OwnRedis;
  /** Takes over when the master is gone. */
  readonly replica: OwnRedis;
}

/** Starts a server, its replica and a Sentinel that watches them; all want a password. */
export async function startOwnRedisSentinel(): Promise<
  OwnRedisSentinel | { readonly missing: string }
> {
  const program = findRedisServer();
  if (typeof program !== 'string') return program;
  await using resources = new AsyncDisposableStack();
  const [name, password] = ['watched', 'p@ss word'];
  const start = async (args: readonly string[]): Promise<OwnRedis> => {
    const all = ['--requirepass', password, '--masterauth', password, ...args];
    const redis = resources.use(new OwnRedis(program, await findFreePort(), all));
    await redis.start();
    return redis;
  };
  const master = await start([]);
  const replica = await start(['--replicaof', '127.0.0.1', String(master.port)]);
  const folder = await mkdtemp(join(tmpdir(), 'plaza-redis-sentinel-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'sentinel.conf');
  const port = await findFreePort();
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `requirepass "${password}"`,
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
    `sentinel auth-pass ${name} "${password}"`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
  ];
  await writeFile(file, lines.join('\n'));
  const sentinel = spawn(program, [file, '--sentinel'], { stdio: 'ignore' });
  resources.defer(() => end(sentinel));
  await untilReplicaIsKnown({ port, password, name });
  const open = resources.move();
  return {
    url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    name,
    password,
    master,
    replica,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function untilReplicaIsKnown(sentinel: {
  readonly port: number;
  readonly password: string;
  readonly name: string;
}): Promise<void> {
  const { port, password, name } = sentinel;
  const client = new Redis({ host: '127.0.0.1', port, password, enableReadyCheck: false });
  client.on('error', () => undefined);
  const endsAt = Date.now() + startTimeoutMs;
  try {
    for (;;) {
      const known = await client.call('SENTINEL', 'REPLICAS', name).catch(() => []);
      if (String(known).includes('master-link-status,ok')) return;
      if (Date.now() > endsAt) throw new Error('The Sentinel did not find the replica');
      await sleep(50);
    }
  } finally {
    client.disconnect();
  }
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return;
  const exited = once(process, 'exit');
  process.kill('SIGKILL');
  await exited;
}

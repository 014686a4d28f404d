import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { temporaryFolder } from '../cli-kit/run-cli.ts';

const program = 'redis-server';
const startTimeoutMs = 20_000;
const lastPort = 55_535;

export interface RedisCluster extends AsyncDisposable {
  /** The one node by two names: a cluster is known by several URLs. */
  readonly urls: readonly string[];
}

/** Starts a cluster of one node, which has all slots; undefined where redis-server is missing. */
export async function startRedisCluster(): Promise<RedisCluster | undefined> {
  if (spawnSync(program, ['--version']).status !== 0) return undefined;
  const folder = temporaryFolder();
  // The bus of a cluster listens 10,000 ports higher.
  const port = lastPort - Math.floor(Math.random() * 20_000);
  const server = spawn(program, [
    ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder.file('.')],
    ...['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
  ]);
  const stop = async (): Promise<void> => {
    const exited = once(server, 'exit');
    if (server.exitCode === null && server.kill()) await exited;
    folder[Symbol.dispose]();
  };
  const client = new Redis(port, '127.0.0.1', { enableReadyCheck: false });
  client.on('error', () => undefined);
  try {
    await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    const endsAt = Date.now() + startTimeoutMs;
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
      if (Date.now() > endsAt) throw new Error('The Redis cluster did not start');
      await sleep(50);
    }
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.disconnect();
  }
  return {
    urls: [`redis://127.0.0.1:${port}`, `redis://localhost:${port}`],
    [Symbol.asyncDispose]: stop,
  };
}

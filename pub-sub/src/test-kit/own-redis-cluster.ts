import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePort, findRedisServer, OwnRedis } from './own-redis.ts';

const startTimeoutMs = 20_000;
const slots = 16_384;
/** Silence after which the others hold a node for dead. */
const nodeTimeoutMs = 1_000;

export interface OwnRedisCluster extends AsyncDisposable {
  readonly urls: readonly string[];
  /** Each has a third of the slots. */
  readonly nodes: readonly OwnRedis[];
  /** That of the first node; undefined where none was asked for. */
  readonly replica: OwnRedis | undefined;
}

/** Starts a cluster of three nodes, the first with a replica if `hasReplica`. */
export async function startOwnRedisCluster({
  hasReplica = false,
} = {}): Promise<OwnRedisCluster | { readonly missing: string }> {
  const program = findRedisServer();
  if (typeof program !== 'string') return program;
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'plaza-redis-cluster-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const start = async (): Promise<OwnRedis> => {
    const port = await findFreePort();
    const args = {
      'cluster-enabled': 'yes',
      'cluster-config-file': join(folder, `${port}.conf`),
      'cluster-announce-ip': '127.0.0.1',
      'cluster-port': String(await findFreePort()),
      'cluster-node-timeout': String(nodeTimeoutMs),
      'cluster-require-full-coverage': 'no',
      // A busy machine must not make a replica too old to take over.
      'cluster-replica-validity-factor': '0',
    };
    const list = Object.entries(args).flatMap(([key, value]) => [`--${key}`, value]);
    const node = resources.use(new OwnRedis(program, port, list));
    await node.start();
    return node;
  };
  const nodes = [await start(), await start(), await start()];
  const replica = hasReplica ? await start() : undefined;
  await formCluster(nodes, replica);
  const open = resources.move();
  return {
    urls: nodes.map((node) => node.url),
    nodes,
    replica,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function formCluster(nodes: readonly OwnRedis[], replica?: OwnRedis): Promise<void> {
  const members = replica === undefined ? nodes : [...nodes, replica];
  const clients = members.map(({ port }) => new Redis(port, '127.0.0.1'));
  try {
    for (const client of clients) client.on('error', () => undefined);
    const [first] = clients;
    if (first === undefined) return;
    for (const [index, client] of clients.slice(0, nodes.length).entries()) {
      const [from, to] = [index, index + 1].map((at) => Math.floor((at * slots) / nodes.length));
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? 0) - 1));
    }
    for (const client of clients.slice(1)) {
      const [port = '', busPort = ''] = await Promise.all(
        ['port', 'cluster-port'].map((key) => readConfig(client, key)),
      );
      await first.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    }
    for (const client of clients) {
      await until(async () => {
        const info = String(await client.call('CLUSTER', 'INFO'));
        return ['state:ok', `known_nodes:${members.length}`, `slots_ok:${slots}`].every((part) =>
          info.includes(`cluster_${part}\r\n`),
        );
      });
    }
    const last = clients[nodes.length];
    if (last === undefined) return;
    await last.call('CLUSTER', 'REPLICATE', String(await first.call('CLUSTER', 'MYID')));
    await until(async () => (await last.info('replication')).includes('master_link_status:up'));
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function readConfig(client: Redis, key: string): Promise<string> {
  const [, value] = (await client.call('CONFIG', 'GET', key)) as string[];
  return value ?? '';
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + startTimeoutMs;
  while (!(await isSo())) {
    if (Date.now() > endsAt) throw new Error('The Redis cluster did not start');
    await sleep(50);
  }
}

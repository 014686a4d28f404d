import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Cluster } from './cluster-kit/start-cluster.ts';
import { cacheSecret, post, startCluster } from './cluster-kit/start-cluster.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';

let cluster: Cluster;
test.before(async () => {
  cluster = await startCluster();
});
test.after.always(() => cluster?.[Symbol.asyncDispose]());

/** Asks so often, over connections of their own. */
function askOften(query: string, times: number) {
  return Promise.all(Array.from({ length: times }, () => cluster.ask(query)));
}

async function measured(name: RegExp): Promise<number> {
  const text = await (await fetch(`${cluster.url}/metrics`)).text();
  return Number(name.exec(text)?.[1] ?? 0);
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.serial('both workers serve, and /metrics is the sum of them', async (t) => {
  t.is(cluster.workers().length, 2);
  const answers = await askOften('{ products { name } }', 20);
  t.true(answers.every(({ status }) => status === 200));
  t.is(await measured(/plaza_operations_total\{type="query",client="none",code="OK"\} (\d+)/), 20);
  t.is(await measured(/plaza_cluster_workers (\d+)/), 2);
  t.is(await measured(/plaza_cluster_restarts_total (\d+)/), 0);
  const ready = await fetch(`${cluster.url}/ready`);
  t.deepEqual(await ready.json(), { status: 'ready' });
});

test.serial('an allowance is one for all workers', async (t) => {
  const answers = await askOften('{ greeting }', 30);
  t.is(answers.filter(({ status }) => status === 200).length, 10);
  t.is(answers.filter(({ status }) => status === 429).length, 20);
});

test.serial('what one worker is told to be out of date, none serves', async (t) => {
  const query = '{ product(id: "p1") { name } }';
  await askOften(query, 10);
  cluster.shop.names.set('p1', 'Desk');
  const named = (name: string) => ({ data: { product: { name } } });
  t.deepEqual((await cluster.ask(query)).body, named('Table'));
  const things = [{ kind: 'cache_tag', cache_tag: 'product-p1' }];
  const headers = { authorization: `Bearer ${cacheSecret}` };
  const told = await post(`${cluster.url}/cache/invalidations`, things, headers);
  t.is(told.status, 200);
  for (const { body } of await askOften(query, 10)) t.deepEqual(body, named('Desk'));
});

test.serial(
  'calls of a subgraph reach the worker that follows it, whichever gets them',
  async (t) => {
    const clients = Array.from({ length: 4 }, () => createLiveClient(cluster.url));
    const document = 'subscription { matchChanged(id: "m1") { seq } }';
    const followed = clients.map((client) => client.follow(document));
    await cluster.matches.untilSubscribed(2);
    for (let seq = 1; seq <= 10; seq += 1) cluster.matches.publish({ id: 'm1', seq });
    for (const one of followed) {
      const events = await one.until(10);
      t.deepEqual(
        events,
        Array.from({ length: 10 }, (_, index) => ({ data: { matchChanged: { seq: index + 1 } } })),
      );
    }
    const stranger = await fetch(`${cluster.url}/told/2-no-such-subscription`, { method: 'POST' });
    t.is(stranger.status, 404);
    for (const client of clients) await client[Symbol.asyncDispose]();
  },
);

test.serial('another worker takes the place of one that is killed', async (t) => {
  const [victim = 0] = cluster.workers();
  process.kill(victim, 'SIGKILL');
  await eventually(() => !isRunning(victim));
  const meanwhile = await askOften('{ products { name } }', 10);
  t.true(meanwhile.every(({ status }) => status === 200));
  await cluster.cli.said(/worker ended by itself/);
  await eventually(() => cluster.workers().length === 3);
  t.is(await measured(/plaza_cluster_workers (\d+)/), 2);
  t.is(await measured(/plaza_cluster_restarts_total (\d+)/), 1);
});

test.serial(
  'a wrong configuration changes nothing, and the log says all that is wrong',
  async (t) => {
    const before = cluster.workers();
    cluster.reload({ requestTimeoutMs: -1, limits: { depthMax: 'deep' } });
    const [line = ''] = await cluster.cli.said(/^.*configuration cannot be used.*$/m);
    t.regex(line, /requestTimeoutMs/);
    t.regex(line, /limits\.depthMax/);
    t.deepEqual(cluster.workers(), before);
    t.is((await cluster.ask('{ products { name } }')).status, 200);
  },
);

test.serial('workers are replaced with another configuration, and no request fails', async (t) => {
  let isOver = false;
  const statuses = new Map<string, number>();
  const count = (status: unknown): void =>
    void statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1);
  const query = '{ products { name } }';
  const onNewConnections = async (): Promise<void> => {
    while (!isOver) {
      count(await cluster.ask(query).then(({ status }) => status, String));
      await sleep(5);
    }
  };
  const onOpenConnections = async (): Promise<void> => {
    while (!isOver) {
      const url = `${cluster.url}/graphql?query=${encodeURIComponent(query)}`;
      const answer = fetch(url).then(async (response) => {
        await response.json();
        return response.status;
      });
      count(await answer.catch(String));
      await sleep(5);
    }
  };
  const load = [onNewConnections(), onNewConnections(), onOpenConnections(), onOpenConnections()];
  const old = cluster.workers().filter(isRunning);
  cluster.reload({ introspection: { enabled: false } });
  await cluster.cli.said(/"message":"workers replaced"/);
  isOver = true;
  await Promise.all(load);
  t.deepEqual([...statuses.keys()], ['200']);
  t.true((statuses.get('200') ?? 0) > 50);
  t.deepEqual(old.filter(isRunning), []);
  const { body } = await cluster.ask('{ __schema { queryType { name } } }');
  t.like(body, { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});

test.serial('all workers end with the cluster', async (t) => {
  cluster.cli.process.kill('SIGTERM');
  t.is(await cluster.cli.exited, 0);
  t.is(cluster.cli.stderr(), '');
  t.deepEqual(cluster.workers().filter(isRunning), []);
});

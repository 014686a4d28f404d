import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findRedisServer } from '@plaza/pub-sub/test-kit/own-redis';
import test from 'ava';
import type { CacheReport } from '../src/report/cache-report.ts';
import type { ColdReport } from '../src/report/cold-report.ts';
import type { ExecutorReport } from '../src/report/executor-report.ts';
import type { Report } from '../src/report/report.ts';
import type { LiveReport } from '../src/report/subscriptions-report.ts';
import { workloads } from '../src/workloads.ts';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
// One after the other: each test fills the machine with processes that wait for each other.
const shortest = [
  '--rounds',
  '1',
  '--round-ms',
  '100',
  '--warm-up-ms',
  '100',
  '--warm-up-requests',
  '1',
];
const runTimeoutMs = 300_000;

for (const { name } of workloads) {
  test.serial(
    `both gateways give one answer to ${name}, and the report says how it was measured`,
    async (t) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-test-'));
      t.teardown(() => rm(folder, { recursive: true }));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [main, name, ...shortest, '--results', folder],
        { timeout: runTimeoutMs },
      );
      const json = await readFile(path.join(folder, `${name}.json`), 'utf8');
      const { gateways, command, conditions } = JSON.parse(json) as Report;
      t.deepEqual(
        gateways.map((gateway) => gateway.name),
        ['Plaza gateway', '@apollo/gateway'],
      );
      for (const { cpuMsPerRequest, latencyMs, subgraphCallsPerRequest } of gateways) {
        t.true(cpuMsPerRequest.best > 0 && cpuMsPerRequest.median >= cpuMsPerRequest.best);
        t.true(latencyMs.p50 > 0 && latencyMs.p99 >= latencyMs.p50);
        t.true(subgraphCallsPerRequest >= 2);
      }
      t.regex(command, new RegExp(`^npm run bench -- ${name} .*--rounds 1`));
      t.is(conditions.versions.node, process.versions.node);
      const markdown = await readFile(path.join(folder, `${name}.md`), 'utf8');
      t.true(markdown.includes(command) && markdown.includes(conditions.cpu));
      const svg = await readFile(path.join(folder, `${name}.svg`), 'utf8');
      t.is(svg.match(/<rect/g)?.length, 1 + gateways.length);
      t.regex(stdout, /CPU ms per request, median/);
    },
  );
}

/** Peers are left out: the tests install nothing. */
test.serial('executor measures each workload twice and says who took part, and how', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const choice = ['--gateways', 'plaza,apollo', '--workloads', 'failing'];
  await promisify(execFile)(
    process.execPath,
    [main, 'executor', ...choice, ...shortest, '--connections', '4', '--results', folder],
    { timeout: runTimeoutMs },
  );
  const json = await readFile(path.join(folder, 'executor.json'), 'utf8');
  const { sections, command } = JSON.parse(json) as ExecutorReport;
  t.deepEqual(
    sections.map(({ workload, collapsing }) => `${workload} ${collapsing}`),
    ['failing off', 'failing on'],
  );
  for (const { gateways, notes } of sections) {
    t.deepEqual(
      gateways.map(({ name }) => name),
      ['Plaza gateway', '@apollo/gateway'],
    );
    t.true(notes.some((note) => note.startsWith('Plaza gateway: 10 errors at listings.N')));
    for (const { entitiesPerRequest } of gateways) {
      t.true(entitiesPerRequest > 0 && entitiesPerRequest <= 100);
    }
  }
  t.regex(command, /executor --connections 4 .*--gateways plaza,apollo --workloads failing/);
  const markdown = await readFile(path.join(folder, 'executor.md'), 'utf8');
  t.true(markdown.includes('## failing, collapsing on') && markdown.includes(command));
  t.regex(await readFile(path.join(folder, 'executor.svg'), 'utf8'), /failing, collapsing on/);
});

test.serial(
  'cold measures start-up, planning of the whole corpus and reloads under load',
  async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-test-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await promisify(execFile)(
      process.execPath,
      [main, 'cold', '--gateways', 'plaza', '--reloads', '6', '--results', folder],
      { timeout: runTimeoutMs },
    );
    const json = await readFile(path.join(folder, 'cold.json'), 'utf8');
    const { startUps, planning, reloading } = JSON.parse(json) as ColdReport;
    t.true(startUps[0]?.startUpMs.every((ms) => ms > 0));
    for (const { operations, refusals, ms } of planning) {
      t.true(operations > 300 && refusals < 10, `${operations} planned, ${refusals} refused`);
      t.true(ms.max >= ms.p99 && ms.p99 >= ms.p50 && ms.p50 > 0);
    }
    t.deepEqual(
      reloading.samples.map(({ reloads }) => reloads),
      [2, 3, 5, 6],
    );
    t.true(reloading.requests >= 100 && reloading.samples.every((s) => s.heapUsedBytes > 2 ** 20));
  },
);

test.serial('subscriptions counts every frame, through reloads and a storm', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const crowd = ['--clients', '50', '--peer-clients', '20', '--client-processes', '2'];
  const little = ['--markets', '5', '--reloads', '3', '--slow-reader-megabytes', '1'];
  await promisify(execFile)(
    process.execPath,
    [main, 'subscriptions', '--gateways', 'plaza', ...crowd, ...little, ...shortest].concat(
      '--results',
      folder,
    ),
    { timeout: runTimeoutMs },
  );
  const json = await readFile(path.join(folder, 'subscriptions.json'), 'utf8');
  const { compared, endurance, targets } = JSON.parse(json) as LiveReport;
  t.deepEqual(
    [...compared, endurance].map((figures) => [figures?.failure, figures?.clients]),
    [
      [undefined, 20],
      [undefined, 50],
    ],
  );
  t.like(endurance?.sockets, { upstreamSockets: 1, upstreamSubscriptions: 5 });
  t.like(endurance?.reloads, { reloads: 3, lost: 0, duplicated: 0, errors: 0, disconnected: 0 });
  t.true((endurance?.reloads?.frames ?? 0) > 0 && (endurance?.storm?.queries ?? 0) > 0);
  for (const { plain, fanOutMs } of compared) {
    t.true((plain?.deliveries ?? 0) >= 100 && (plain?.cpuMsPerThousand ?? 0) > 0);
    t.true((fanOutMs?.max ?? 0) >= (fanOutMs?.p50 ?? 1));
  }
  t.is(targets.length, 7);
  const markdown = await readFile(path.join(folder, 'subscriptions.md'), 'utf8');
  t.regex(markdown, /frames lost \| 0 \|/);
  t.regex(await readFile(path.join(folder, 'subscriptions.svg'), 'utf8'), /per idle socket/);
});

const redisServer = findRedisServer();
const testWithRedis = typeof redisServer === 'string' ? test.serial : test.serial.skip;

testWithRedis('cache measures what is known, in part and not, and a Redis that goes', async (t) => {
  t.timeout(2 * runTimeoutMs); // many gateways are started
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const little = ['--workloads', 'page', '--outage-ms', '300', '--arrivals', '20'];
  await promisify(execFile)(
    process.execPath,
    [main, 'cache', '--gateways', 'plaza', ...little, ...shortest, '--results', folder],
    { timeout: 2 * runTimeoutMs },
  );
  const json = await readFile(path.join(folder, 'cache.json'), 'utf8');
  const { sections, outages, uncached, targets, command } = JSON.parse(json) as CacheReport;
  // On a busy machine Redis is late at times, and the subgraphs are asked.
  const isSteady = (caching: string) => !caching.includes('Redis');
  const calls = sections.map(({ knowledge, gateways }) => [
    knowledge,
    ...gateways
      .filter(({ caching }) => isSteady(caching))
      .map((figures) => [figures.caching, figures.subgraphCallsPerRequest]),
  ]);
  t.deepEqual(calls, [
    ['all known', ['off', 3], ['memory', 0], ['entities in memory', 0]],
    ['in part', ['off', 4], ['memory', 1]],
    ['nothing known', ['off', 3], ['memory', 3]],
  ]);
  const inRedis = sections.flatMap(({ gateways }) => gateways).filter((g) => !isSteady(g.caching));
  t.is(inRedis.length, 7);
  t.true(inRedis.every(({ subgraphCallsPerRequest: made }) => made <= 4));
  t.deepEqual(
    outages.map(({ name, fault, failed, wrong }) => [name, fault, failed, wrong]),
    [
      ['Plaza, Redis', 'killed', 0, 0],
      ['Plaza, memory and Redis', 'killed', 0, 0],
      ['Plaza, Redis', 'halted', 0, 0],
    ],
  );
  t.true(outages.every(({ away }) => away.requests > 0) && (uncached?.p50 ?? 0) > 0);
  t.is(targets.length, 4 + 2 * outages.length);
  const markdown = await readFile(path.join(folder, 'cache.md'), 'utf8');
  t.true(markdown.includes('## Redis goes away') && markdown.includes(command));
  t.regex(await readFile(path.join(folder, 'cache.svg'), 'utf8'), /page, nothing known/);
});

test.serial(
  'a gateway that the benchmark does not know is refused with the names of those it does',
  async (t) => {
    const run = promisify(execFile)(process.execPath, [
      main,
      'executor',
      '--gateways',
      'plaza,oak',
    ]);
    const error = await t.throwsAsync(run);
    t.regex(error?.message ?? '', /There is no gateway "oak"; there are plaza, apollo, hive/);
  },
);

test.serial('an unknown workload is refused with the names of those that exist', async (t) => {
  const error = await t.throwsAsync(promisify(execFile)(process.execPath, [main, 'everything']));
  t.regex(
    error?.message ?? '',
    /There is no workload "everything"; there are nested, page, list, failing/,
  );
});

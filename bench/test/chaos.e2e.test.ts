import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findRedisServer } from '@plaza/pub-sub/test-kit/own-redis';
import test from 'ava';
import type { ChaosReport } from '../src/report/chaos-report.ts';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const short = [
  ...['--victims', 'reviews,redis,worker'],
  ...['--arrivals', '40'],
  ...['--warm-up-ms', '1'],
  ...['--outage-ms', '300'],
  ...['--recovery-ms', '500'],
];
const runTimeoutMs = 100_000;

const program = findRedisServer();
const testWithRedis = typeof program === 'string' ? test : test.skip;

testWithRedis(
  'nothing but what is down is missing while a subgraph, Redis and a worker are killed',
  async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'plaza-chaos-test-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await promisify(execFile)(process.execPath, [main, 'chaos', ...short, '--results', folder], {
      timeout: runTimeoutMs,
    });
    const json = await readFile(path.join(folder, 'chaos.json'), 'utf8');
    const { outages } = JSON.parse(json) as ChaosReport;
    const [reviews, redis] = outages;
    for (const { wrong, stray, victim } of outages) {
      t.deepEqual(
        { victim, wrong, stray },
        { victim, wrong: 0, stray: 0 },
        JSON.stringify(outages),
      );
    }
    t.deepEqual(
      outages.map(({ victim }) => victim),
      ['reviews', 'redis', 'worker'],
    );
    t.true((reviews?.partial ?? 0) > 0, 'no answer has lacked what was down');
    t.is(reviews?.hung, 0);
    t.is(redis?.hung, 0);
  },
);

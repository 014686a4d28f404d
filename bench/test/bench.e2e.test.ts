import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import type { Report } from '../src/report/report.ts';
import { workloads } from '../src/workloads.ts';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const shortest = ['--rounds', '1', '--round-ms', '100', '--warm-up-ms', '100'];
const runTimeoutMs = 60_000;

for (const { name } of workloads) {
  test(`both gateways give one answer to ${name}, and the report says how it was measured`, async (t) => {
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
    for (const { cpuMsPerRequest, latencyMs, subgraphRequestsPerRequest } of gateways) {
      t.true(cpuMsPerRequest.best > 0 && cpuMsPerRequest.median >= cpuMsPerRequest.best);
      t.true(latencyMs.p50 > 0 && latencyMs.p99 >= latencyMs.p50);
      t.true(subgraphRequestsPerRequest >= 3);
    }
    t.regex(command, new RegExp(`^npm run bench -- ${name} .*--rounds 1`));
    t.is(conditions.versions.node, process.versions.node);
    const markdown = await readFile(path.join(folder, `${name}.md`), 'utf8');
    t.true(markdown.includes(command) && markdown.includes(conditions.cpu));
    const svg = await readFile(path.join(folder, `${name}.svg`), 'utf8');
    t.is(svg.match(/<rect/g)?.length, 1 + gateways.length);
    t.regex(stdout, /CPU ms per request, median/);
  });
}

test('an unknown workload is refused with the names of those that exist', async (t) => {
  const error = await t.throwsAsync(promisify(execFile)(process.execPath, [main, 'everything']));
  t.regex(error?.message ?? '', /There is no workload "everything"; there are page, nested/);
});

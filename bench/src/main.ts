/** Measures the Plaza gateway beside `@apollo/gateway` on one workload. See bench/README.md. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from './child-process.ts';
import { assertSameAnswers } from './compare-answers.ts';
import { type BenchConfig, readBenchConfig } from './config.ts';
import { listGatewayStarts, plazaConfig } from './gateways/gateway-starts.ts';
import {
  type GatewayUnderTest,
  postOperation,
  startGateway,
} from './gateways/gateway-under-test.ts';
import { measureGateways } from './measure.ts';
import { toBarChart } from './report/bar-chart.ts';
import { toTerminalTable } from './report/figure-table.ts';
import { readConditions } from './report/machine.ts';
import { toMarkdown } from './report/markdown.ts';
import { createReport, type Report } from './report/report.ts';
import { composeFixtureGraph } from './subgraphs/fixture-graph.ts';
import type { SubgraphProcessMessage } from './subgraphs/subgraph-process.ts';
import { type Workload, workloads } from './workloads.ts';

type Listening = Extract<SubgraphProcessMessage, { kind: 'listening' }>;

const resultsFolder = fileURLToPath(new URL('../../results', import.meta.url));
const bootTimeoutMs = 10_000;

/** Runs the workload in processes that end with this function, whatever happens. */
async function runBench(config: BenchConfig, workload: Workload): Promise<Report> {
  const conditions = await readConditions();
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-bench-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true }));
  const subgraphs = cleanUp.use(
    startProcess(new URL('./subgraphs/subgraph-process.js', import.meta.url), []),
  );
  const { origin } = await subgraphs.ask<Listening>({
    kind: 'listening',
    timeoutMs: bootTimeoutMs,
  });
  const supergraphFile = path.join(folder, 'supergraph.graphql');
  const configFile = path.join(folder, 'gateway.yaml');
  await writeFile(supergraphFile, composeFixtureGraph(origin));
  await writeFile(configFile, plazaConfig);
  const starts = listGatewayStarts({ supergraphFile, configFile, isControl: config.isControl });
  const gateways: GatewayUnderTest[] = [];
  for (const start of starts) {
    gateways.push(cleanUp.use(await startGateway(start)));
  }
  const loader = cleanUp.use(startProcess(new URL('./load-process.js', import.meta.url), []));
  const body = JSON.stringify({ query: workload.query });
  assertSameAnswers(
    workload,
    await Promise.all(
      gateways.map(async ({ name, url }) => ({
        gateway: name,
        text: await postOperation(url, body),
      })),
    ),
  );
  say(`${workload.title}\nBoth gateways give the same answer; measuring.`);
  const measurements = await measureGateways(gateways, body, {
    subgraphs,
    loader,
    config,
    say,
  });
  return createReport(workload, config, conditions, measurements);
}

async function writeReport(report: Report, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = (extension: string) => path.join(folder, `${report.name}.${extension}`);
  await writeFile(file('json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(file('md'), toMarkdown(report));
  await writeFile(file('svg'), toBarChart(report));
  say(`\n${toTerminalTable(report)}\n\nWritten to ${file('{json,md,svg}')}`);
}

function findWorkload(name: string): Workload {
  const workload = workloads.find((candidate) => candidate.name === name);
  if (workload === undefined) {
    const names = workloads.map((candidate) => candidate.name).join(', ');
    throw new Error(`There is no workload "${name}"; there are ${names}`);
  }
  return workload;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  const config = readBenchConfig(process.argv.slice(2), resultsFolder);
  const report = await runBench(config, findWorkload(config.workload));
  await writeReport(report, config.resultsFolder);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

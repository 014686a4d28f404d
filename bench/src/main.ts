/** Measures the Plaza gateway beside other gateways, and alone. See bench/README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCache } from './cache/run-cache.ts';
import { runChaos } from './chaos/run-chaos.ts';
import { runCold } from './cold/run-cold.ts';
import { type BenchConfig, readBenchConfig } from './config.ts';
import { runDoor } from './door/run-door.ts';
import { apollo, plaza } from './gateways/gateway-starts.ts';
import { prepareRun } from './prepare-run.ts';
import { toBarChart, toCpuGroup } from './report/bar-chart.ts';
import { headingOf, toCacheChart, toCacheMarkdown, toSectionCells } from './report/cache-report.ts';
import { toChaosMarkdown } from './report/chaos-report.ts';
import { toColdMarkdown } from './report/cold-report.ts';
import { toExecutorChart, toExecutorMarkdown } from './report/executor-report.ts';
import { toCells, toTerminalTable } from './report/figure-table.ts';
import { readConditions } from './report/machine.ts';
import { toMarkdown } from './report/markdown.ts';
import { createReport, type Report } from './report/report.ts';
import { toLiveChart, toLiveMarkdown, toLiveTables } from './report/subscriptions-report.ts';
import { toTargetTable } from './report/target.ts';
import { runExecutor } from './run-executor.ts';
import { runWorkload } from './run-workload.ts';
import { runSubscriptions } from './subscriptions/run-subscriptions.ts';
import { findWorkload } from './workloads.ts';

/** The files of a report by extension, and what the terminal shows of it. */
interface Written {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly table: string;
}

const resultsFolder = fileURLToPath(new URL('../../results', import.meta.url));

async function measureExecutor(config: BenchConfig): Promise<Written> {
  const report = await runExecutor(config, say);
  const tables = report.sections.map(
    ({ workload, collapsing, gateways }) =>
      `${workload}, collapsing ${collapsing}\n${toTerminalTable(toCells(gateways))}`,
  );
  return {
    name: report.name,
    files: {
      json: toJson(report),
      md: toExecutorMarkdown(report),
      svg: toExecutorChart(report),
    },
    table: tables.join('\n\n'),
  };
}

async function measureCache(config: BenchConfig): Promise<Written> {
  const report = await runCache(config, say);
  const tables = report.sections.map(
    (section) => `${headingOf(section)}\n${toTerminalTable(toSectionCells(section))}`,
  );
  return {
    name: report.name,
    files: { json: toJson(report), md: toCacheMarkdown(report), svg: toCacheChart(report) },
    table: [...tables, toTargetTable(report.targets)].join('\n\n'),
  };
}

async function measureChaos(config: BenchConfig): Promise<Written> {
  const report = await runChaos(config, say);
  const markdown = toChaosMarkdown(report);
  return { name: report.name, files: { json: toJson(report), md: markdown }, table: markdown };
}

async function measureCold(config: BenchConfig): Promise<Written> {
  const report = await runCold(config, say);
  const markdown = toColdMarkdown(report);
  return { name: report.name, files: { json: toJson(report), md: markdown }, table: markdown };
}

async function measureSubscriptions(config: BenchConfig): Promise<Written> {
  const report = await runSubscriptions(config, say);
  const files = { json: toJson(report), md: toLiveMarkdown(report), svg: toLiveChart(report) };
  return { name: report.name, files, table: toLiveTables(report) };
}

async function measureDoor(config: BenchConfig): Promise<Written> {
  return toWritten(await runDoor(config, say));
}

/** One workload: this gateway beside `@apollo/gateway`, or that one beside itself. */
async function measureWorkload(config: BenchConfig): Promise<Written> {
  const workload = findWorkload(config.name);
  const conditions = await readConditions();
  await using cleanUp = new AsyncDisposableStack();
  const surroundings = await prepareRun(cleanUp);
  const theirs = apollo.toStart(surroundings.files, 'off');
  const starts = config.isControl
    ? [theirs, { ...theirs, name: `${theirs.name} again` }]
    : [plaza.toStart(surroundings.files, 'off'), theirs];
  say(workload.title);
  const result = await runWorkload(workload, starts, { ...surroundings, config, say });
  return toWritten(createReport(workload, config, conditions, result));
}

function toWritten(report: Report): Written {
  const title = `${report.name}: gateway CPU per request, median (mark: best round)`;
  return {
    name: report.name,
    files: {
      json: toJson(report),
      md: toMarkdown(report),
      svg: toBarChart({
        subject: 'CPU milliseconds per request',
        title,
        groups: [toCpuGroup('', report.gateways)],
      }),
    },
    table: toTerminalTable(toCells(report.gateways)),
  };
}

async function write({ name, files, table }: Written, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [extension, text] of Object.entries(files)) {
    await writeFile(path.join(folder, `${name}.${extension}`), text);
  }
  const extensions = Object.keys(files).join(',');
  say(`\n${table}\n\nWritten to ${path.join(folder, `${name}.{${extensions}}`)}`);
}

function toJson(report: object): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const measures: Readonly<Record<string, (config: BenchConfig) => Promise<Written>>> = {
  executor: measureExecutor,
  cache: measureCache,
  chaos: measureChaos,
  cold: measureCold,
  door: measureDoor,
  subscriptions: measureSubscriptions,
};

try {
  const config = readBenchConfig(process.argv.slice(2), resultsFolder);
  const measure = measures[config.name] ?? measureWorkload;
  await write(await measure(config), config.resultsFolder);
  say(`The run took ${Math.round(performance.now() / 1_000)} s.`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

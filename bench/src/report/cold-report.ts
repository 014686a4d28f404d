import type { ReloadResult } from '../cold/measure-reloads.ts';
import type { SlowPlanningResult } from '../cold/measure-slow-planning.ts';
import type { StartUp } from '../cold/measure-start-up.ts';
import type { PlanningPass, PlanningResult } from '../cold/planning-process.ts';
import type { BenchConfig } from '../config.ts';
import { median, quantile } from '../statistics.ts';
import type { Conditions } from './machine.ts';
import { toConditionLines, toMarkdownTable } from './markdown.ts';

interface PlanningFigures {
  readonly operations: number;
  readonly refusals: number;
  readonly ms: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly slowest: string;
  /** Building a snapshot of a graph, in milliseconds. */
  readonly snapshotMs: { readonly p50: number; readonly max: number };
}

export interface ColdReport {
  readonly name: 'cold';
  readonly command: string;
  readonly conditions: Conditions;
  readonly startUps: readonly StartUp[];
  /** With code that has never run, then with compiled code; nothing cached in both. */
  readonly planning: readonly PlanningFigures[];
  readonly slowPlanning: SlowPlanningResult;
  readonly reloading: ReloadResult;
}

const mebibyte = 2 ** 20;

/** Sums a run up. */
export function createColdReport({
  config,
  conditions,
  startUps,
  planning,
  slowPlanning,
  reloading,
}: {
  readonly config: BenchConfig;
  readonly conditions: Conditions;
  readonly startUps: readonly StartUp[];
  readonly planning: PlanningResult;
  readonly slowPlanning: SlowPlanningResult;
  readonly reloading: ReloadResult;
}): ColdReport {
  const gateways = config.gateways === undefined ? '' : ` --gateways ${config.gateways.join(',')}`;
  return {
    name: 'cold',
    command: `npm run bench -- cold --reloads ${config.reloads}${gateways}`,
    conditions,
    startUps,
    planning: planning.passes.map(toPlanningFigures),
    slowPlanning,
    reloading,
  };
}

function toPlanningFigures({ samples, refusals, snapshotMs }: PlanningPass): PlanningFigures {
  const times = samples.map(({ ms }) => ms);
  const max = Math.max(...times);
  const slowest = samples.find(({ ms }) => ms === max);
  return {
    operations: samples.length,
    refusals,
    ms: { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max },
    slowest: `${slowest?.graph}: ${slowest?.operation}`,
    snapshotMs: { p50: median(snapshotMs), max: Math.max(...snapshotMs) },
  };
}

export function toColdMarkdown(report: ColdReport): string {
  return [
    '# cold: before the caches are warm, and after they were thrown away',
    '## Start-up, from the process to its first answer',
    toMarkdownTable([
      ['', 'median, ms', 'slowest, ms', 'memory at most, MiB'],
      ...report.startUps.map(({ name, startUpMs, rssBytesMax }) => [
        name,
        median(startUpMs).toFixed(0),
        Math.max(...startUpMs).toFixed(0),
        (rssBytesMax / mebibyte).toFixed(0),
      ]),
    ]),
    '## First-time planning of the Plaza gateway',
    toMarkdownTable([
      ['', 'operations', 'p50, ms', 'p99, ms', 'slowest, ms', 'which', 'snapshot p50, ms'],
      ...report.planning.map(({ operations, ms, slowest, snapshotMs }, pass) => [
        pass === 0 ? 'code never run' : 'compiled code, nothing cached',
        String(operations),
        ms.p50.toFixed(2),
        ms.p99.toFixed(2),
        ms.max.toFixed(2),
        slowest,
        snapshotMs.p50.toFixed(1),
      ]),
    ]),
    '## Small requests beside operations that take long to plan',
    toSlowPlanningTable(report.slowPlanning),
    '## Heap of the Plaza gateway while its supergraph is replaced under load',
    toMarkdownTable([
      ['reloads', 'heap, MiB', 'change', 'of it compiled code, MiB', 'rest, MiB', 'change'],
      ...report.reloading.samples.map(({ reloads, heapUsedBytes, codeBytes }, _, [first]) => [
        String(reloads),
        (heapUsedBytes / mebibyte).toFixed(2),
        toChange(heapUsedBytes, first?.heapUsedBytes),
        (codeBytes / mebibyte).toFixed(2),
        ((heapUsedBytes - codeBytes) / mebibyte).toFixed(2),
        toChange(heapUsedBytes - codeBytes, first && first.heapUsedBytes - first.codeBytes),
      ]),
    ]),
    '## How it was measured',
    `\`\`\`\n${report.command}\n\`\`\``,
    `${toNotes(report)
      .map((note) => `- ${note}`)
      .join('\n')}\n`,
  ].join('\n\n');
}

function toSlowPlanningTable({ aloneMs, besideMs, slowMs }: SlowPlanningResult): string {
  const row = (name: string, times: readonly number[]): string[] => [
    name,
    String(times.length),
    ...[0.5, 0.99].map((share) => quantile(times, share).toFixed(1)),
  ];
  return toMarkdownTable([
    ['', 'requests', 'p50, ms', 'p99, ms'],
    row('small requests alone', aloneMs),
    row('small requests beside slow ones', besideMs),
    row('slow ones, one after the other', slowMs),
  ]);
}

function toChange(value: number, first = value): string {
  const percent = (value / first - 1) * 100;
  return `${percent < 0 ? '' : '+'}${percent.toFixed(1)} %`;
}

function toNotes({ conditions, planning, reloading }: ColdReport): readonly string[] {
  return [
    ...toConditionLines(conditions),
    'Start-up: a new process each time, in turns, until it answers `{ __typename }`; asked every ' +
      '10 ms. Files are in the cache of the system. Composition is in it for Mercurius alone.',
    "Planning: the operations of the gateway's tests and of the benchmark, each planned once on a " +
      `new snapshot; parsing and validation are not in it. ${planning[0]?.refusals ?? 0} operations that no plan can answer are left out.`,
    'Slow planning: a page request every 10 ms, whether the last is answered or not, in rounds with ' +
      'and without operations of 16,000 characters, each new to the gateway, that fetch nothing.',
    'Reloads: the file is replaced as soon as the gateway serves the last one, and found by its ' +
      `own polling; ${reloading.requests} requests of the page workload were answered meanwhile, ` +
      'every one compared. Heap is that of the main thread, after garbage collection. Compiled ' +
      'code grows until all that is hot is compiled; what reloads leave behind is in the rest.',
  ];
}

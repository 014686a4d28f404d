import type { Caching, Knowledge } from '../cache/cache-workloads.ts';
import type { OutageFigures, PhaseFigures } from '../cache/measure-outage.ts';
import type { BenchConfig } from '../config.ts';
import { toBarChart, toCpuGroup } from './bar-chart.ts';
import { toCacheTargets } from './cache-targets.ts';
import { toCells } from './figure-table.ts';
import type { Conditions } from './machine.ts';
import { toConditionLines, toMarkdownTable } from './markdown.ts';
import { toOutageCells } from './outage-table.ts';
import {
  describeSettings,
  type GatewayFigures,
  type RunSettings,
  toFlags,
  toSettings,
} from './report.ts';
import { type Target, toTargetTable } from './target.ts';

interface CachingFigures extends GatewayFigures {
  readonly gateway: 'plaza' | 'hive';
  readonly caching: Caching;
}

/** One workload, known to the caches wholly, in part or not at all. */
export interface CacheSection {
  readonly workload: string;
  readonly title: string;
  readonly knowledge: Knowledge;
  readonly gateways: readonly CachingFigures[];
  readonly settings: readonly string[];
}

export interface CacheReport {
  readonly name: 'cache';
  readonly command: string;
  readonly notes: readonly string[];
  readonly settings: RunSettings;
  readonly conditions: Conditions;
  readonly sections: readonly CacheSection[];
  readonly outages: readonly OutageFigures[];
  /** What users see at the rate of the outages when nothing is cached. */
  readonly uncached: PhaseFigures | undefined;
  readonly targets: readonly Target[];
}

const notes = [
  'Every gateway: one process, NODE_ENV=production, no telemetry, no logging, plans cached, nothing ' +
    'collapsed or deduplicated; it is started anew for each table. The answers were compared before ' +
    'anything was timed. Ratios are to Plaza without a cache.',
  'The subgraphs let everything be cached for an hour, but who is asking (Query.me).',
  'All known: the same operation again and again. In part: the same with Query.me, so no whole ' +
    'response is cached, and what is not is asked for each time. Nothing known: a forwarded header ' +
    'with another value in each request, so that everything is looked for, asked for and kept.',
  'Memory: in the process. Redis: one redis-server on this machine, 256 MB, that the run starts; ' +
    'its CPU is not counted, and it shares the cores.',
  'Hive Gateway keeps whole responses; what it has in Redis it also reads there for each request.',
  'Calls spared: against the same gateway without its cache.',
  'Latency is that of a closed loop at full load: it includes the wait for a busy process.',
  'Redis goes away: at a constant rate of requests, each with one call that is never cached.',
];

/** Sums a run up. */
export function createCacheReport({
  config,
  conditions,
  sections,
  outages = [],
  uncached,
}: Pick<CacheReport, 'conditions' | 'sections'> &
  Partial<Pick<CacheReport, 'outages' | 'uncached'>> & {
    readonly config: BenchConfig;
  }): CacheReport {
  const flags = [
    toFlags(config),
    `--outage-ms ${config.outageMs} --arrivals ${config.arrivalsPerSecond}`,
    ...(config.gateways === undefined ? [] : [`--gateways ${config.gateways.join(',')}`]),
    ...(config.workloads === undefined ? [] : [`--workloads ${config.workloads.join(',')}`]),
  ];
  return {
    name: 'cache',
    command: `npm run bench -- cache ${flags.join(' ')}`,
    notes: [...notes, ...new Set(sections.flatMap(({ settings }) => settings))],
    settings: toSettings(config),
    conditions,
    sections,
    outages,
    uncached,
    targets: toCacheTargets(sections, outages),
  };
}

export function toCacheMarkdown(report: CacheReport): string {
  const { outages, uncached } = report;
  const conditions = [
    ...toConditionLines(report.conditions),
    describeSettings(report.settings),
    ...report.notes,
  ];
  return [
    '# cache: what it spares, what it costs, and what happens without Redis',
    '![CPU milliseconds per request](cache.svg)',
    '## What it should reach',
    toTargetTable(report.targets),
    ...report.sections.map((section) =>
      [
        `## ${headingOf(section)}`,
        `${section.title}.`,
        toMarkdownTable(toSectionCells(section)),
      ].join('\n\n'),
    ),
    ...(outages.length === 0
      ? []
      : ['## Redis goes away', toMarkdownTable(toOutageCells(outages, uncached))]),
    '## How it was measured',
    `\`\`\`\n${report.command}\n\`\`\``,
    `${conditions.map((line) => `- ${line}`).join('\n')}\n`,
  ].join('\n\n');
}

export function toCacheChart({ sections }: CacheReport): string {
  return toBarChart({
    subject: 'CPU milliseconds per request',
    title: 'gateway CPU per request, median (mark: best round)',
    groups: sections.map((section) => toCpuGroup(headingOf(section), section.gateways)),
  });
}

export function headingOf({
  workload,
  knowledge,
}: Pick<CacheSection, 'workload' | 'knowledge'>): string {
  return `${workload}, ${knowledge}`;
}

export function toSectionCells({ gateways }: CacheSection): readonly (readonly string[])[] {
  const spared = gateways.map((figures) => {
    const without = gateways.find(
      ({ gateway, caching }) => gateway === figures.gateway && caching === 'off',
    );
    const calls = without?.subgraphCallsPerRequest ?? 0;
    if (calls === 0) return '-';
    return (100 * (1 - figures.subgraphCallsPerRequest / calls)).toFixed(1);
  });
  return toCells(gateways, [['subgraph calls spared, %', ...spared]]);
}

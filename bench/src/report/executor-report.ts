import type { BenchConfig } from '../config.ts';
import type { Collapsing, Participant } from '../gateways/gateway-starts.ts';
import { toBarChart, toCpuGroup } from './bar-chart.ts';
import { toCells } from './figure-table.ts';
import type { Conditions } from './machine.ts';
import { toConditionLines, toMarkdownTable } from './markdown.ts';
import {
  describeSettings,
  type GatewayFigures,
  type RunSettings,
  toFlags,
  toSettings,
} from './report.ts';

/** One workload, with collapsing off or on. */
export interface ExecutorSection {
  readonly workload: string;
  readonly title: string;
  readonly collapsing: Collapsing;
  readonly gateways: readonly GatewayFigures[];
  /** Who is not in it and why, and where gateways locate errors. */
  readonly notes: readonly string[];
}

export interface ExecutorReport {
  readonly name: 'executor';
  readonly command: string;
  readonly notes: readonly string[];
  readonly settings: RunSettings;
  readonly conditions: Conditions;
  readonly sections: readonly ExecutorSection[];
}

const notes = [
  'Every gateway: one process, NODE_ENV=production, no telemetry, no logging, plans cached; it is ' +
    'started anew for each table. The answers were compared before anything was timed.',
  'Collapsing off: every request is executed, every call to a subgraph is sent. On: identical ' +
    'requests, and identical calls, that are under way share one execution where the gateway can.',
  'Ratios: above 1, the gateway costs more CPU, or answers more requests, than Plaza.',
  'The subgraphs answer from memory in a process of their own; their CPU is not counted.',
  'Latency is that of a closed loop at full load: it includes the wait for a busy process.',
  'Load, gateway and subgraphs share the machine: compare within a table, not between machines.',
];

/** Sums a run up. */
export function createExecutorReport({
  config,
  conditions,
  participants,
  sections,
}: {
  readonly config: BenchConfig;
  readonly conditions: Conditions;
  readonly participants: readonly Participant[];
  readonly sections: readonly ExecutorSection[];
}): ExecutorReport {
  const flags = [
    toFlags(config),
    ...(config.gateways === undefined ? [] : [`--gateways ${config.gateways.join(',')}`]),
    ...(config.workloads === undefined ? [] : [`--workloads ${config.workloads.join(',')}`]),
  ];
  return {
    name: 'executor',
    command: `npm run bench -- executor ${flags.join(' ')}`,
    notes: [...notes, ...participants.map(({ name, settings }) => `${name}: ${settings}.`)],
    settings: toSettings(config),
    conditions,
    sections,
  };
}

export function toExecutorMarkdown(report: ExecutorReport): string {
  const sections = report.sections.map(({ workload, title, collapsing, gateways, notes: own }) =>
    [
      `## ${workload}, collapsing ${collapsing}`,
      `${title}.`,
      toMarkdownTable(toCells(gateways)),
      ...(own.length === 0 ? [] : [own.map((note) => `- ${note}`).join('\n')]),
    ].join('\n\n'),
  );
  const conditions = [
    ...toConditionLines(report.conditions),
    describeSettings(report.settings),
    ...report.notes,
  ];
  return [
    '# executor: the gateways that run on Node, side by side',
    '![CPU milliseconds per request](executor.svg)',
    ...sections,
    '## How it was measured',
    `\`\`\`\n${report.command}\n\`\`\``,
    `${conditions.map((line) => `- ${line}`).join('\n')}\n`,
  ].join('\n\n');
}

export function toExecutorChart({ sections }: ExecutorReport): string {
  return toBarChart({
    subject: 'CPU milliseconds per request',
    title: 'gateway CPU per request, median (mark: best round)',
    groups: sections.map(({ workload, collapsing, gateways }) =>
      toCpuGroup(`${workload}, collapsing ${collapsing}`, gateways),
    ),
  });
}

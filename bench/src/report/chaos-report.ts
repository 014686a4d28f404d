import type { OutageChaos } from '../chaos/chaos-figures.ts';
import { p99Of, recoveryMsMax } from '../chaos/chaos-figures.ts';
import type { ChaosArrival } from '../chaos/chaos-load-process.ts';
import type { BenchConfig } from '../config.ts';
import type { Conditions } from './machine.ts';
import { toConditionLines, toMarkdownTable } from './markdown.ts';
import type { Target } from './target.ts';
import { atMost, toTargetTable } from './target.ts';

export interface ChaosReport {
  readonly name: 'chaos';
  readonly command: string;
  readonly conditions: Conditions;
  readonly perSecond: number;
  /** Requests before anything was killed. */
  readonly calm: {
    readonly requests: number;
    readonly right: number;
    readonly p99Ms: number | undefined;
  };
  readonly outages: readonly OutageChaos[];
  readonly targets: readonly Target[];
}

interface ChaosParts {
  readonly config: BenchConfig;
  readonly conditions: Conditions;
  readonly before: readonly ChaosArrival[];
  readonly outages: readonly OutageChaos[];
}

export function createChaosReport({
  config,
  conditions,
  before,
  outages,
}: ChaosParts): ChaosReport {
  const { arrivalsPerSecond, outageMs, recoveryMs, victims } = config;
  const flags = [
    `--arrivals ${arrivalsPerSecond}`,
    `--outage-ms ${outageMs}`,
    `--recovery-ms ${recoveryMs}`,
    ...(victims === undefined ? [] : [`--victims ${victims.join(',')}`]),
  ];
  const sum = (what: 'wrong' | 'hung' | 'stray'): number =>
    outages.reduce((total, outage) => total + outage[what], 0);
  const slowest = Math.max(...outages.map((outage) => outage.recoveryMs));
  return {
    name: 'chaos',
    command: `npm run bench -- chaos ${flags.join(' ')}`,
    conditions,
    perSecond: arrivalsPerSecond,
    calm: {
      requests: before.length,
      right: before.filter(({ verdict }) => verdict === 'right').length,
      p99Ms: p99Of(before),
    },
    outages,
    targets: [
      atMost('wrong data', sum('wrong'), { max: 0 }),
      atMost('requests without an answer in time', sum('hung'), { max: 0 }),
      atMost('errors about what was not down', sum('stray'), { max: 0 }),
      atMost('milliseconds to recover, the longest', slowest, { max: recoveryMsMax }),
    ],
  };
}

export function toChaosMarkdown(report: ChaosReport): string {
  const { calm, outages, targets, command, conditions, perSecond } = report;
  const rows = outages.map((outage) =>
    [
      outage.victim,
      outage.awayMs,
      outage.requests,
      outage.right,
      outage.partial,
      outage.failed,
      outage.wrong,
      outage.hung,
      outage.stray,
      outage.recoveryMs,
      outage.p99Ms.away,
      outage.p99Ms.after,
    ].map((cell) => String(cell ?? '')),
  );
  const head = [
    ...['killed', 'away ms', 'requests', 'right', 'partial', 'failed', 'wrong', 'hung'],
    ...['stray', 'recovery ms', 'p99 ms away', 'p99 ms after'],
  ];
  return `${[
    '# chaos: what is needed is killed and comes back, under load',
    `${perSecond} requests a second. Before anything was killed, ${calm.right} of ${calm.requests} ` +
      `were right, p99 ${calm.p99Ms} ms.`,
    toMarkdownTable([head, ...rows]),
    toTargetTable(targets),
    `\`\`\`\n${command}\n\`\`\``,
    toConditionLines(conditions)
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

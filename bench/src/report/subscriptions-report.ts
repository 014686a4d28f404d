import type { BenchConfig } from '../config.ts';
import type { LiveFigures } from '../subscriptions/measure-live-gateway.ts';
import { toBarChart } from './bar-chart.ts';
import { toTerminalTable } from './figure-table.ts';
import type { Conditions } from './machine.ts';
import { toConditionLines, toMarkdownTable } from './markdown.ts';
import { toTargets } from './subscription-targets.ts';
import { type Target, toTargetTable } from './target.ts';

export interface LiveReport {
  readonly name: 'subscriptions';
  readonly command: string;
  readonly conditions: Conditions;
  readonly notes: readonly string[];
  /** The gateways on the same work. */
  readonly compared: readonly LiveFigures[];
  /** This gateway with all the clients; undefined when it does not take part. */
  readonly endurance: LiveFigures | undefined;
  readonly targets: readonly Target[];
}

interface Row {
  readonly label: string;
  /** Undefined where the gateway did not get so far. */
  readonly read: (figures: LiveFigures) => number | undefined;
  readonly digits: number;
}

const kilobyte = 1_000;
const mebibyte = 2 ** 20;

const comparedRows: readonly Row[] = [
  { label: 'clients', read: (f) => f.clients, digits: 0 },
  { label: 'topics', read: (f) => f.markets, digits: 0 },
  { label: 'connected per second', read: (f) => f.sockets?.connectsPerSecond, digits: 0 },
  {
    label: 'resident memory per idle socket, kB',
    read: ({ sockets }) => sockets && sockets.bytesPerSocket / kilobyte,
    digits: 1,
  },
  {
    label: 'of it JavaScript heap, kB',
    read: ({ sockets }) => sockets && sockets.heapBytesPerSocket / kilobyte,
    digits: 1,
  },
  { label: 'sockets to the subgraph', read: (f) => f.sockets?.upstreamSockets, digits: 0 },
  {
    label: 'subscriptions at the subgraph',
    read: (f) => f.sockets?.upstreamSubscriptions,
    digits: 0,
  },
  { label: 'events delivered per second', read: (f) => f.plain?.deliveriesPerSecond, digits: 0 },
  { label: 'CPU ms per 1,000 delivered', read: (f) => f.plain?.cpuMsPerThousand, digits: 2 },
  {
    label: 'joined events delivered per second',
    read: (f) => f.joined?.deliveriesPerSecond,
    digits: 0,
  },
  {
    label: 'CPU ms per 1,000 joined, delivered',
    read: (f) => f.joined?.cpuMsPerThousand,
    digits: 2,
  },
  { label: 'one event to all clients, p50, ms', read: (f) => f.fanOutMs?.p50, digits: 0 },
  { label: 'one event to all clients, p99, ms', read: (f) => f.fanOutMs?.p99, digits: 0 },
  { label: 'one event to all clients, max, ms', read: (f) => f.fanOutMs?.max, digits: 0 },
  {
    label: 'memory at most while delivering, MiB',
    read: ({ plain }) => plain && plain.rssBytesMax / mebibyte,
    digits: 0,
  },
  {
    label: 'sent to clients that do not read, MiB',
    read: ({ slowReaders: slow }) => slow && (slow.readers * slow.bytesPerReader) / mebibyte,
    digits: 0,
  },
  {
    label: 'memory grown by it, MiB',
    read: ({ slowReaders }) => slowReaders && slowReaders.rssBytesGrown / mebibyte,
    digits: 0,
  },
];

const enduranceRows: readonly Row[] = [
  ...comparedRows.filter(({ label }) => !label.includes('joined')),
  { label: 'reloads during traffic', read: (f) => f.reloads?.reloads, digits: 0 },
  { label: 'frames delivered meanwhile', read: (f) => f.reloads?.frames, digits: 0 },
  { label: 'frames lost', read: (f) => f.reloads?.lost, digits: 0 },
  { label: 'frames that came twice', read: (f) => f.reloads?.duplicated, digits: 0 },
  { label: 'frames with errors', read: (f) => f.reloads?.errors, digits: 0 },
  { label: 'clients disconnected', read: (f) => f.reloads?.disconnected, digits: 0 },
  { label: 'storm: until all are served, ms', read: (f) => f.storm?.servedMs, digits: 0 },
  { label: 'storm: attempts that failed', read: (f) => f.storm?.retries, digits: 0 },
  { label: 'storm: queries meanwhile', read: (f) => f.storm?.queries, digits: 0 },
  { label: 'storm: of them without an answer', read: (f) => f.storm?.failedQueries, digits: 0 },
  { label: 'storm: their p50, ms', read: (f) => f.storm?.queryMs.p50, digits: 0 },
  { label: 'storm: their p99, ms', read: (f) => f.storm?.queryMs.p99, digits: 0 },
];

const notes = [
  'Each gateway runs alone with the subgraphs and the clients; its frames were compared before ' +
    'anything was timed, and their numbers are looked at throughout.',
  'Delivered: wave after wave of five events a topic; the next wave is told when each client has ' +
    'had the last. Medians of the rounds. CPU is that of the gateway alone.',
  'Joined: each event is joined with a product of another subgraph.',
  'One event to all clients: from the call that sends it in the subgraph to the receipt in the ' +
    'client, all clients on one topic, twenty events.',
  'Memory per socket: resident, garbage collected before and after; what the kernel holds for a ' +
    'socket is not in it.',
  'Clients, gateway and subgraphs share the cores: the rates of all are lower than on machines of ' +
    'their own, and the load average says what else took part of them.',
];

/** Sums a run up. */
export function createLiveReport({
  config,
  conditions,
  settings,
  compared,
  endurance,
}: Pick<LiveReport, 'conditions' | 'compared' | 'endurance'> & {
  readonly config: BenchConfig;
  readonly settings: readonly string[];
}): LiveReport {
  return {
    name: 'subscriptions',
    command: toCommand(config),
    conditions,
    notes: [...notes, ...settings],
    compared,
    endurance,
    targets: toTargets(compared, endurance),
  };
}

function toCommand(config: BenchConfig): string {
  return [
    `npm run bench -- subscriptions --clients ${config.clients}`,
    `--peer-clients ${config.peerClients} --markets ${config.markets}`,
    `--client-processes ${config.clientProcesses} --reloads ${config.reloads}`,
    `--slow-reader-megabytes ${config.slowReaderMegabytes} --rounds ${config.rounds}`,
    `--round-ms ${config.roundMs} --warm-up-ms ${config.warmUpMs}`,
    ...(config.gateways === undefined ? [] : [`--gateways ${config.gateways.join(',')}`]),
  ].join(' ');
}

export function toLiveMarkdown(report: LiveReport): string {
  const { compared, endurance, conditions, targets } = report;
  const loads = [...compared, ...(endurance === undefined ? [] : [endurance])].map(
    ({ name, clients, loadAverageBefore }) => `${name}, ${clients} clients: ${loadAverageBefore}`,
  );
  const lines = [
    ...toConditionLines(conditions),
    `load average before each part: ${loads.join('; ')}`,
    ...report.notes,
  ];
  return [
    '# subscriptions: many clients that wait for events',
    '![What a delivered event and an idle socket cost](subscriptions.svg)',
    '## Side by side',
    toMarkdownTable(toCells(comparedRows, compared)),
    ...toFailures(compared),
    ...(endurance === undefined
      ? []
      : [
          `## ${endurance.name} with all clients`,
          toMarkdownTable(toCells(enduranceRows, [endurance])),
          ...toFailures([endurance]),
        ]),
    '## What it should reach',
    toTargetTable(targets),
    '## How it was measured',
    `\`\`\`\n${report.command}\n\`\`\``,
    `${lines.map((line) => `- ${line}`).join('\n')}\n`,
  ].join('\n\n');
}

export function toLiveTables({ compared, endurance }: LiveReport): string {
  return [
    toTerminalTable(toCells(comparedRows, compared)),
    ...(endurance === undefined ? [] : [toTerminalTable(toCells(enduranceRows, [endurance]))]),
  ].join('\n\n');
}

export function toLiveChart({ compared }: LiveReport): string {
  const toGroup = (heading: string, unit: string, read: Row['read'], digits: number) => ({
    heading,
    unit,
    digits,
    bars: compared.map((figures) => ({ name: figures.name, value: read(figures) ?? 0 })),
  });
  return toBarChart({
    subject: 'What a delivered event and an idle socket cost',
    title: `${compared[0]?.clients ?? 0} WebSocket clients on ${compared[0]?.markets ?? 0} topics`,
    groups: [
      toGroup('events delivered per second', '', (f) => f.plain?.deliveriesPerSecond, 0),
      toGroup('CPU per 1,000 delivered', 'ms', (f) => f.plain?.cpuMsPerThousand, 1),
      toGroup('CPU per 1,000 joined events', 'ms', (f) => f.joined?.cpuMsPerThousand, 1),
      toGroup(
        'resident memory per idle socket',
        'kB',
        ({ sockets }) => sockets && sockets.bytesPerSocket / kilobyte,
        1,
      ),
    ],
  });
}

function toCells(
  rows: readonly Row[],
  figures: readonly LiveFigures[],
): readonly (readonly string[])[] {
  return [
    ['', ...figures.map(({ name }) => name)],
    ...rows.map(({ label, read, digits }) => [
      label,
      ...figures.map((one) => read(one)?.toFixed(digits) ?? '-'),
    ]),
  ];
}

function toFailures(figures: readonly LiveFigures[]): readonly string[] {
  return figures.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name} got no further: ${failure}`],
  );
}

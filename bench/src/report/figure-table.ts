import type { GatewayFigures } from './report.ts';

interface FigureRow {
  readonly label: string;
  /** `ours` is the first gateway of the table. */
  readonly read: (figures: GatewayFigures, ours: GatewayFigures) => number;
  readonly digits: number;
}

const rows: readonly FigureRow[] = [
  { label: 'CPU ms per request, median', read: (f) => f.cpuMsPerRequest.median, digits: 2 },
  { label: 'CPU ms per request, best round', read: (f) => f.cpuMsPerRequest.best, digits: 2 },
  {
    label: 'CPU, times the first (median)',
    read: (f, ours) => f.cpuMsPerRequest.median / ours.cpuMsPerRequest.median,
    digits: 2,
  },
  { label: 'requests per second, median', read: (f) => f.requestsPerSecond.median, digits: 0 },
  {
    label: 'requests per second, times the first',
    read: (f, ours) => f.requestsPerSecond.median / ours.requestsPerSecond.median,
    digits: 2,
  },
  { label: 'latency p50, ms', read: (f) => f.latencyMs.p50, digits: 1 },
  { label: 'latency p99, ms', read: (f) => f.latencyMs.p99, digits: 1 },
  { label: 'subgraph calls per request', read: (f) => f.subgraphCallsPerRequest, digits: 2 },
  { label: 'entities sent per request', read: (f) => f.entitiesPerRequest, digits: 1 },
  { label: 'memory at most, MiB', read: (f) => f.rssMiBMax, digits: 0 },
  { label: 'answer, bytes', read: (f) => f.answerBytes, digits: 0 },
];

/** The figures as lines of text cells, after `more` of them; the first line names the gateways. */
export function toCells(
  gateways: readonly GatewayFigures[],
  more: readonly (readonly string[])[] = [],
): readonly (readonly string[])[] {
  const [ours] = gateways;
  return [
    ['', ...gateways.map((gateway) => gateway.name)],
    ...more,
    ...rows.map(({ label, read, digits }) => [
      label,
      ...gateways.map((gateway) => read(gateway, ours ?? gateway).toFixed(digits)),
    ]),
  ];
}

/** The table as the terminal shows it. */
export function toTerminalTable(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    )
    .join('\n');
}

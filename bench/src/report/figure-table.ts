import type { GatewayFigures, Report } from './report.ts';

interface FigureRow {
  readonly label: string;
  readonly read: (figures: GatewayFigures) => number;
  readonly digits: number;
}

const rows: readonly FigureRow[] = [
  { label: 'CPU ms per request, median', read: (f) => f.cpuMsPerRequest.median, digits: 2 },
  { label: 'CPU ms per request, best round', read: (f) => f.cpuMsPerRequest.best, digits: 2 },
  { label: 'latency p50, ms', read: (f) => f.latencyMs.p50, digits: 1 },
  { label: 'latency p99, ms', read: (f) => f.latencyMs.p99, digits: 1 },
  { label: 'requests per second, median', read: (f) => f.requestsPerSecond.median, digits: 0 },
  { label: 'subgraph calls per request', read: (f) => f.subgraphRequestsPerRequest, digits: 1 },
  { label: 'memory at most, MiB', read: (f) => f.rssMiBMax, digits: 0 },
  { label: 'answer, bytes', read: (f) => f.answerBytes, digits: 0 },
];

/** The figures as lines of text cells; the first line names the gateways. */
export function toCells({ gateways }: Report): readonly (readonly string[])[] {
  return [
    ['', ...gateways.map((gateway) => gateway.name)],
    ...rows.map(({ label, read, digits }) => [
      label,
      ...gateways.map((gateway) => read(gateway).toFixed(digits)),
    ]),
  ];
}

/** The table as the terminal shows it. */
export function toTerminalTable(report: Report): string {
  const cells = toCells(report);
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

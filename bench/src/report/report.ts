import type { BenchConfig } from '../config.ts';
import type { Measurement } from '../measure.ts';
import type { WorkloadResult } from '../run-workload.ts';
import { median, quantile } from '../statistics.ts';
import type { Workload } from '../workloads.ts';
import type { Conditions } from './machine.ts';

/** One gateway's figures over all rounds of a run. */
export interface GatewayFigures {
  readonly name: string;
  readonly cpuMsPerRequest: { readonly best: number; readonly median: number };
  /** Over the requests of all rounds together. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly requestsPerSecond: { readonly best: number; readonly median: number };
  readonly subgraphCallsPerRequest: number;
  readonly entitiesPerRequest: number;
  readonly rssMiBMax: number;
  readonly answerBytes: number;
  readonly rounds: readonly {
    readonly requests: number;
    readonly cpuMsPerRequest: number;
    readonly requestsPerSecond: number;
    readonly latencyMs: { readonly p50: number; readonly p99: number };
  }[];
}

/** How long and how hard a run measured. */
export type RunSettings = Pick<
  BenchConfig,
  'connections' | 'rounds' | 'roundMs' | 'warmUpMs' | 'warmUpRequests'
>;

export interface Report {
  /** Also the name of its files. */
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly notes: readonly string[];
  readonly settings: RunSettings;
  readonly conditions: Conditions;
  readonly gateways: readonly GatewayFigures[];
}

const notes = [
  'Both gateways: one process, NODE_ENV=production, no telemetry, no logging, plans cached.',
  'Neither collapses identical requests nor deduplicates calls to subgraphs in flight.',
  'The subgraphs answer from memory in a process of their own; their CPU is not counted.',
  'Latency is that of a closed loop at full load: it includes the wait for a busy process.',
  'Load, gateway and subgraphs share the machine: compare within a run, not between machines.',
];

/** Sums a run up. */
export function createReport(
  workload: Workload,
  config: BenchConfig,
  conditions: Conditions,
  { measurements, errorLocations }: WorkloadResult,
): Report {
  return {
    name: config.isControl ? `${workload.name}-control` : workload.name,
    title: workload.title,
    command: toCommand(config),
    notes: [...notes, ...errorLocations],
    settings: toSettings(config),
    conditions,
    gateways: measurements.map(toFigures),
  };
}

function toCommand(config: BenchConfig): string {
  return `npm run bench -- ${config.name} ${toFlags(config)}${config.isControl ? ' --control' : ''}`;
}

export function toSettings(config: BenchConfig): RunSettings {
  const { connections, rounds, roundMs, warmUpMs, warmUpRequests } = config;
  return { connections, rounds, roundMs, warmUpMs, warmUpRequests };
}

/** The settings as options of the command line. */
export function toFlags(config: RunSettings): string {
  const { connections, rounds, roundMs, warmUpMs, warmUpRequests } = config;
  return (
    `--connections ${connections} --rounds ${rounds} --round-ms ${roundMs} ` +
    `--warm-up-ms ${warmUpMs} --warm-up-requests ${warmUpRequests}`
  );
}

/** The settings as a sentence of the report. */
export function describeSettings(settings: RunSettings): string {
  const { connections, rounds, roundMs, warmUpMs, warmUpRequests } = settings;
  return (
    `${connections} connections in a closed loop; after a warm-up of at least ${warmUpMs} ms and ` +
    `${warmUpRequests} requests each, ${rounds} rounds of ${roundMs} ms each in turns`
  );
}

/** One gateway's rounds, summed up. */
export function toFigures({ gateway, answerBytes, rounds }: Measurement): GatewayFigures {
  const cpu = rounds.map((round) => round.cpuMsPerRequest);
  const rates = rounds.map((round) => round.requestsPerSecond);
  return {
    name: gateway.name,
    cpuMsPerRequest: { best: round3(Math.min(...cpu)), median: round3(median(cpu)) },
    latencyMs: toLatency(rounds.flatMap((round) => round.latenciesMs)),
    requestsPerSecond: { best: round3(Math.max(...rates)), median: round3(median(rates)) },
    subgraphCallsPerRequest: round3(median(rounds.map((round) => round.subgraphCallsPerRequest))),
    entitiesPerRequest: round3(median(rounds.map((round) => round.entitiesPerRequest))),
    rssMiBMax: Math.round(Math.max(...rounds.map((round) => round.rssBytesMax)) / 2 ** 20),
    answerBytes,
    rounds: rounds.map((round) => ({
      requests: round.requests,
      cpuMsPerRequest: round3(round.cpuMsPerRequest),
      requestsPerSecond: round3(round.requestsPerSecond),
      latencyMs: toLatency(round.latenciesMs),
    })),
  };
}

function toLatency(samples: readonly number[]): { p50: number; p99: number } {
  return { p50: round3(quantile(samples, 0.5)), p99: round3(quantile(samples, 0.99)) };
}

function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

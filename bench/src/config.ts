import { parseArgs } from 'node:util';

/** What one run of the benchmark does; the defaults keep `page` below a minute. */
export interface BenchConfig {
  /** A name in workloads.ts. */
  readonly workload: string;
  /** Requests under way at once; each sends its next when the last is answered. */
  readonly connections: number;
  /** Rounds of each gateway; they take turns. */
  readonly rounds: number;
  /** How long a round of the slower gateway should take, in milliseconds. */
  readonly roundMs: number;
  /** How long each gateway is warmed up, in milliseconds. */
  readonly warmUpMs: number;
  /** Compares @apollo/gateway with itself: what then differs is the noise of the machine. */
  readonly isControl: boolean;
  /** Where the report is written. */
  readonly resultsFolder: string;
}

const helpText = `Usage: npm run bench -- [page|nested] [options]

  --connections <number>  requests under way at once (8)
  --rounds <number>       rounds of each gateway (5)
  --round-ms <number>     duration of a round of the slower gateway (3000)
  --warm-up-ms <number>   warm-up of each gateway (5000)
  --control               @apollo/gateway beside itself: the noise of the machine
  --results <folder>      where the report is written (bench/results)
`;

/** Reads the arguments after the script. Throws an Error with the usage for a wrong one. */
export function readBenchConfig(args: readonly string[], defaultFolder: string): BenchConfig {
  const { values, positionals } = parseBenchArgs(args);
  return {
    workload: positionals[0] ?? 'page',
    connections: toCount('connections', values.connections, 8, 1_000),
    rounds: toCount('rounds', values.rounds, 5, 100),
    roundMs: toCount('round-ms', values['round-ms'], 3_000, 60_000),
    warmUpMs: toCount('warm-up-ms', values['warm-up-ms'], 5_000, 60_000),
    isControl: values.control ?? false,
    resultsFolder: values.results ?? defaultFolder,
  };
}

/** The environment of both gateways and of the subgraphs: production, and no telemetry. */
export const childEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  APOLLO_TELEMETRY_DISABLED: '1',
};

function parseBenchArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        connections: { type: 'string' },
        rounds: { type: 'string' },
        'round-ms': { type: 'string' },
        'warm-up-ms': { type: 'string' },
        control: { type: 'boolean' },
        results: { type: 'string' },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${helpText}`);
  }
}

function toCount(name: string, text: string | undefined, fallback: number, max: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new Error(
      `--${name} must be a whole number from 1 to ${max}, not "${text}"\n\n${helpText}`,
    );
  }
  return value;
}

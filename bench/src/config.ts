import { parseArgs } from 'node:util';

/** What one run of the benchmark does. */
export interface BenchConfig {
  /** A workload of workloads.ts, `executor` for all, `cache`, `chaos`, `cold`, `door`, `subscriptions`. */
  readonly name: string;
  /** Requests under way at once; each sends its next when the last is answered. */
  readonly connections: number;
  /** Rounds of each gateway; they take turns. */
  readonly rounds: number;
  /** How long a round of each gateway should take, in milliseconds. */
  readonly roundMs: number;
  /** How long each gateway is warmed up at least, in milliseconds. */
  readonly warmUpMs: number;
  /** Requests that each gateway answers at least before it counts as warm, however slow it is. */
  readonly warmUpRequests: number;
  /** Compares @apollo/gateway with itself: what then differs is the noise of the machine. */
  readonly isControl: boolean;
  /** Ids of the gateways that take part; undefined: all that the run knows. */
  readonly gateways: readonly string[] | undefined;
  /** Names of the workloads of `executor` and `cache`; undefined: those that belong to it. */
  readonly workloads: readonly string[] | undefined;
  /** Reloads that `cold` and `subscriptions` make. */
  readonly reloads: number;
  /** WebSocket clients of the Plaza gateway in `subscriptions`. */
  readonly clients: number;
  /** The same of each gateway when they are compared. */
  readonly peerClients: number;
  /** Topics that the clients follow, each one of them. */
  readonly markets: number;
  /** Processes that the clients run in. */
  readonly clientProcesses: number;
  /** What each client that does not read is sent, in millions of bytes. */
  readonly slowReaderMegabytes: number;
  /** How long Redis is away in `cache`, and what is killed in `chaos`, in milliseconds. */
  readonly outageMs: number;
  /** Requests in a second meanwhile, whether or not the last is answered. */
  readonly arrivalsPerSecond: number;
  /** How long requests go on after each return in `chaos`, in milliseconds. */
  readonly recoveryMs: number;
  /** What `chaos` kills; undefined: everything, one after the other. */
  readonly victims: readonly string[] | undefined;
  /** Where the report is written. */
  readonly resultsFolder: string;
}

type Defaults = Pick<BenchConfig, 'connections' | 'rounds' | 'roundMs' | 'warmUpMs'>;

/** One workload, two gateways: less than a minute. */
const workloadDefaults: Defaults = {
  connections: 8,
  rounds: 5,
  roundMs: 3_000,
  warmUpMs: 5_000,
};
/** Many workloads, up to nine gateways: about eight minutes on a quiet machine. */
const executorDefaults: Defaults = {
  connections: 50,
  rounds: 3,
  roundMs: 2_000,
  warmUpMs: 3_000,
};

/** The rate of requests rises meanwhile. */
const chaosDefaults: Defaults = { ...workloadDefaults, warmUpMs: 10_000 };

function readDefaults(name: string): Defaults {
  if (name === 'chaos') return chaosDefaults;
  return ['executor', 'cache', 'door'].includes(name) ? executorDefaults : workloadDefaults;
}

const helpText = `Usage: npm run bench -- [page|nested|list|failing|executor|cache|chaos|cold|door|
                        subscriptions] [options]

  page, nested, list, failing   one workload, this gateway beside @apollo/gateway (page)
  executor                      all workloads, all gateways, collapsing off and on
  cache                         what caching spares and costs, and without Redis
  chaos                         subgraphs, Redis and the gateway killed in turn under load
  cold                          start-up, first-time planning, memory after reloads
  door                          the gateway with rate limits, metrics, traces and workers
  subscriptions                 many WebSockets: memory, fan-out, throughput, storm, reloads

  --connections <number>   requests under way at once (8; executor, cache 50)
  --rounds <number>        rounds of each gateway (5; executor, cache 3)
  --round-ms <number>      duration of a round (3000; executor, cache 2000)
  --warm-up-ms <number>    warm-up of each gateway (5000; executor, cache 3000; chaos 10000)
  --warm-up-requests <number>  and at least so many requests (300)
  --gateways <ids>         who takes part: plaza,apollo,hive,hive-rust,mercurius (of door: settings)
  --workloads <names>      what executor measures (nested,page,list,failing; cache nested,page)
  --reloads <number>       reloads of the supergraph in cold and subscriptions (100)
  --clients <number>       WebSockets of this gateway in subscriptions (10000)
  --peer-clients <number>  WebSockets of each gateway that is compared (1000)
  --markets <number>       topics that they follow (100)
  --client-processes <number>     processes of the clients (4)
  --slow-reader-megabytes <number>  what a client that does not read is sent (40)
  --outage-ms <number>     how long things are away in cache and chaos (3000; chaos 1500)
  --arrivals <number>      requests in a second meanwhile (100; chaos 500)
  --recovery-ms <number>   how long chaos watches each return (7000)
  --victims <names>        what chaos kills: accounts,products,reviews,inventory,redis,worker,gateway
  --control                @apollo/gateway beside itself: the noise of the machine
  --results <folder>       where the report is written (bench/results)
`;

/** Reads the arguments after the script. Throws an Error with the usage for a wrong one. */
export function readBenchConfig(args: readonly string[], defaultFolder: string): BenchConfig {
  const { values, positionals } = parseBenchArgs(args);
  const name = positionals[0] ?? 'page';
  const isChaos = name === 'chaos';
  const defaults = readDefaults(name);
  return {
    name,
    connections: toCount('connections', values.connections, defaults.connections, 1_000),
    rounds: toCount('rounds', values.rounds, defaults.rounds, 100),
    roundMs: toCount('round-ms', values['round-ms'], defaults.roundMs, 60_000),
    warmUpMs: toCount('warm-up-ms', values['warm-up-ms'], defaults.warmUpMs, 60_000),
    warmUpRequests: toCount('warm-up-requests', values['warm-up-requests'], 300, 100_000),
    isControl: values.control ?? false,
    gateways: values.gateways?.split(','),
    workloads: values.workloads?.split(','),
    reloads: toCount('reloads', values.reloads, 100, 10_000),
    ...readCrowdConfig(values),
    outageMs: toCount('outage-ms', values['outage-ms'], isChaos ? 1_500 : 3_000, 60_000),
    arrivalsPerSecond: toCount('arrivals', values.arrivals, isChaos ? 500 : 100, 10_000),
    recoveryMs: toCount('recovery-ms', values['recovery-ms'], 7_000, 60_000),
    victims: values.victims?.split(','),
    resultsFolder: values.results ?? defaultFolder,
  };
}

type CrowdConfig = Pick<
  BenchConfig,
  'clients' | 'peerClients' | 'markets' | 'clientProcesses' | 'slowReaderMegabytes'
>;

function readCrowdConfig(values: ReturnType<typeof parseBenchArgs>['values']): CrowdConfig {
  const megabytes = values['slow-reader-megabytes'];
  return {
    clients: toCount('clients', values.clients, 10_000, 100_000),
    peerClients: toCount('peer-clients', values['peer-clients'], 1_000, 100_000),
    markets: toCount('markets', values.markets, 100, 10_000),
    clientProcesses: toCount('client-processes', values['client-processes'], 4, 64),
    slowReaderMegabytes: toCount('slow-reader-megabytes', megabytes, 40, 1_000),
  };
}

/** The environment of the gateways and of the subgraphs: production, and no telemetry. */
export const childEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  APOLLO_TELEMETRY_DISABLED: '1',
};

/** The environment of npm, which knows its registry from it. */
export const installEnvironment: NodeJS.ProcessEnv = process.env;

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
        'warm-up-requests': { type: 'string' },
        gateways: { type: 'string' },
        workloads: { type: 'string' },
        reloads: { type: 'string' },
        clients: { type: 'string' },
        'peer-clients': { type: 'string' },
        markets: { type: 'string' },
        'client-processes': { type: 'string' },
        'slow-reader-megabytes': { type: 'string' },
        'outage-ms': { type: 'string' },
        arrivals: { type: 'string' },
        'recovery-ms': { type: 'string' },
        victims: { type: 'string' },
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

import { median } from '../statistics.ts';
import { type LatencyCounts, type LatencyFigures, toLatencyFigures } from './latency-counts.ts';
import type { LiveRun } from './live-run.ts';
import { monotonicMs } from './monotonic-clock.ts';

/** What it costs to deliver. */
export interface DeliveryFigures {
  readonly deliveries: number;
  /** Frames that clients received in a second; median of the rounds. */
  readonly deliveriesPerSecond: number;
  /** CPU of the gateway's process for a thousand of them; median of the rounds. */
  readonly cpuMsPerThousand: number;
  readonly rssBytesMax: number;
}

interface Round {
  readonly deliveries: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

/** Events of each market in a wave: enough that the wait between two waves hardly counts. */
const eventsPerWave = 5;

/**
 * Wave after wave of events: the next one is told when each client has had the last. The clients are
 * connected. Throws when one of the frames does not come.
 */
export async function measureDelivery(run: LiveRun): Promise<DeliveryFigures> {
  const { config, gateway } = run;
  const rounds: Round[] = [];
  for (let round = 0; round < config.rounds; round += 1) {
    rounds.push(await runRound(run, config.roundMs));
  }
  const { rssBytesMax } = await gateway.usage();
  return {
    deliveries: rounds.reduce((sum, { deliveries }) => sum + deliveries, 0),
    deliveriesPerSecond: median(rounds.map((r) => (r.deliveries / r.elapsedMs) * 1_000)),
    cpuMsPerThousand: median(rounds.map((r) => (r.cpuMs / r.deliveries) * 1_000)),
    rssBytesMax,
  };
}

async function runRound(run: LiveRun, durationMs: number): Promise<Round> {
  const { crowd, prices, gateway, clients, markets } = run;
  const before = await gateway.usage();
  const startedAtMs = monotonicMs();
  let waves = 0;
  let atMs = startedAtMs;
  while (atMs - startedAtMs < durationMs) {
    const taken = crowd.take(eventsPerWave);
    await prices.emit(markets, { events: eventsPerWave });
    ({ atMs } = await taken);
    waves += 1;
  }
  const after = await gateway.usage();
  return {
    deliveries: waves * eventsPerWave * clients,
    elapsedMs: atMs - startedAtMs,
    cpuMs: after.cpuMs - before.cpuMs,
  };
}

/** Delivers until the code is compiled. */
export async function warmUp(run: LiveRun): Promise<void> {
  await runRound(run, run.config.warmUpMs);
}

/** One event to all clients, again and again: from the subgraph's call to `send` to the receipt. */
export async function measureFanOut(run: LiveRun, events: number): Promise<LatencyFigures> {
  const latencies: LatencyCounts[] = [];
  for (let event = 0; event < events; event += 1) {
    const taken = run.crowd.take(1);
    await run.prices.emit(1);
    latencies.push((await taken).latencies);
  }
  return toLatencyFigures(latencies.flat());
}

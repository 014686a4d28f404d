import { loadavg } from 'node:os';
import { compareFrames } from './compare-frames.ts';
import type { LatencyFigures } from './latency-counts.ts';
import { leave } from './leave.ts';
import type { LiveRun } from './live-run.ts';
import {
  type DeliveryFigures,
  measureDelivery,
  measureFanOut,
  warmUp,
} from './measure-delivery.ts';
import { type LiveReloadFigures, measureLiveReloads } from './measure-live-reloads.ts';
import { measureSlowReaders, type SlowReaderFigures } from './measure-slow-readers.ts';
import { measureSockets, type SocketFigures } from './measure-sockets.ts';
import { measureStorm, type StormFigures } from './measure-storm.ts';
import { subscriptionDocuments } from './price-graph.ts';

/** What one gateway did; where it failed, what came before. */
export interface LiveFigures {
  readonly name: string;
  readonly clients: number;
  readonly markets: number;
  /** Mean number of runnable threads in the minute before. */
  readonly loadAverageBefore: number;
  sockets?: SocketFigures;
  plain?: DeliveryFigures;
  joined?: DeliveryFigures;
  fanOutMs?: LatencyFigures;
  slowReaders?: SlowReaderFigures;
  reloads?: LiveReloadFigures;
  storm?: StormFigures;
  /** Why there are no more figures. */
  failure?: string;
}

const fanOutEvents = 20;
const warmUpClients = 100;
const failureCharactersMax = 500;

/** The same for each gateway: what sockets and deliveries cost. Never rejects. */
export function compareLive(run: LiveRun): Promise<LiveFigures> {
  return collect(run, async (figures, tell) => {
    await prepare(run);
    figures.sockets = await measureSockets(run);
    tell('connected');
    figures.plain = await measureDelivery(run);
    await leave(run);
    await connect(run, subscriptionDocuments.joined, run.markets);
    figures.joined = await measureDelivery(run);
    await leave(run);
    tell('delivered');
    figures.fanOutMs = await fanOut(run);
    figures.slowReaders = await measureSlowReaders(run);
    tell('done');
  });
}

/** What only a gateway that survives it is put through. Never rejects. */
export function measureEndurance(run: LiveRun, supergraphFile: string): Promise<LiveFigures> {
  return collect(run, async (figures, tell) => {
    await prepare(run);
    figures.sockets = await measureSockets(run);
    tell('connected');
    figures.plain = await measureDelivery(run);
    tell('delivered');
    figures.reloads = await measureLiveReloads(run, supergraphFile);
    tell('reloaded');
    figures.storm = await measureStorm(run);
    tell('served again after the storm');
    await leave(run);
    figures.fanOutMs = await fanOut(run);
    figures.slowReaders = await measureSlowReaders(run);
    tell('done');
  });
}

/** Nothing was measured, since the gateway did not even start. */
export function toStartFailure(
  name: string,
  { clients, markets }: Pick<LiveFigures, 'clients' | 'markets'>,
  error: unknown,
): LiveFigures {
  const loadAverageBefore = readLoadAverage();
  return { name, clients, markets, loadAverageBefore, failure: describeFailure(error) };
}

async function collect(
  { gateway, clients, markets, say }: LiveRun,
  measure: (figures: LiveFigures, tell: (step: string) => void) => Promise<void>,
): Promise<LiveFigures> {
  const loadAverageBefore = readLoadAverage();
  const figures: LiveFigures = { name: gateway.name, clients, markets, loadAverageBefore };
  try {
    await measure(figures, (step) => say(`${gateway.name}: ${step}`));
  } catch (error) {
    figures.failure = describeFailure(error);
    say(`${gateway.name}: ${figures.failure}`);
  }
  return figures;
}

function readLoadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function describeFailure(error: unknown): string {
  return String(error).slice(0, failureCharactersMax);
}

/** Frames are compared, and code is compiled, before anything is measured. */
async function prepare(run: LiveRun): Promise<void> {
  await compareFrames(run);
  const few = { ...run, clients: Math.min(warmUpClients, run.clients) };
  await connect(few, subscriptionDocuments.plain, run.markets);
  await warmUp(few);
  await leave(few);
  run.say(`${run.gateway.name} gives the frames that were asked for; measuring`);
}

async function fanOut(run: LiveRun): Promise<LatencyFigures> {
  await connect(run, subscriptionDocuments.plain, 1);
  const figures = await measureFanOut(run, fanOutEvents);
  await leave(run);
  return figures;
}

async function connect(
  { crowd, gateway, clients }: LiveRun,
  query: string,
  markets: number,
): Promise<void> {
  await crowd.connect({ url: gateway.url, query, clients, markets });
  await crowd.settle();
}

import { readFile } from 'node:fs/promises';
import { replaceSupergraph, waitForGeneration } from '../cold/measure-reloads.ts';
import type { LiveRun } from './live-run.ts';

/** What clients see of a supergraph that is replaced under them. */
export interface LiveReloadFigures {
  readonly reloads: number;
  /** Frames that were delivered meanwhile; each was looked at. */
  readonly frames: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly errors: number;
  readonly disconnected: number;
}

/** Frames that all clients together get in a second, and that one of them gets, at most. */
const framesPerSecondMax = 5_000;
const framesPerClientMax = 10;

/** Replaces the supergraph file again and again, each time when the last is served, during traffic. */
export async function measureLiveReloads(
  run: LiveRun,
  supergraphFile: string,
): Promise<LiveReloadFigures> {
  const { crowd, prices, gateway, clients, markets, config } = run;
  const sdl = await readFile(supergraphFile, 'utf8');
  const { sequences: before } = await prices.counts();
  const framesPerClient = Math.min(framesPerClientMax, framesPerSecondMax / clients);
  await prices.flow(markets, framesPerClient * markets);
  for (let reload = 1; reload <= config.reloads; reload += 1) {
    await replaceSupergraph(supergraphFile, sdl, reload);
    await waitForGeneration(gateway, reload);
  }
  const { sequences: after } = await prices.stop();
  const { behind, lost, duplicated, errors, disconnected } = await crowd.catchUp();
  return {
    reloads: config.reloads,
    frames: framesBetween(before, after, run),
    lost: lost + behind,
    duplicated,
    errors,
    disconnected,
  };
}

function framesBetween(
  before: readonly number[],
  after: readonly number[],
  { clients, markets }: LiveRun,
): number {
  const clientsOf = (market: number) => Math.ceil((clients - market) / markets);
  return after
    .slice(0, markets)
    .reduce((sum, last, market) => sum + (last - (before[market] ?? 0)) * clientsOf(market), 0);
}

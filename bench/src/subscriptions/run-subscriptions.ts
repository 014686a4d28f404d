import type { BenchConfig } from '../config.ts';
import { findParticipants } from '../gateways/gateway-starts.ts';
import { type GatewayStart, startGateway } from '../gateways/gateway-under-test.ts';
import { prepareRun } from '../prepare-run.ts';
import { readConditions } from '../report/machine.ts';
import { createLiveReport, type LiveReport } from '../report/subscriptions-report.ts';
import { installAll } from '../run-executor.ts';
import { Crowd } from './crowd.ts';
import type { LiveRun } from './live-run.ts';
import { liveGateways, writeLiveStarts } from './live-starts.ts';
import {
  compareLive,
  type LiveFigures,
  measureEndurance,
  toStartFailure,
} from './measure-live-gateway.ts';
import { PriceFeed } from './price-feed.ts';

/** Measures live data: the gateways side by side, then this one with all the clients. */
export async function runSubscriptions(
  config: BenchConfig,
  say: (line: string) => void,
): Promise<LiveReport> {
  const participants = findParticipants(config.gateways ?? liveGateways);
  const other = participants.find(({ id }) => !liveGateways.includes(id));
  if (other !== undefined) {
    throw new Error(`${other.name} serves no subscriptions here; ${liveGateways.join(', ')} do`);
  }
  await installAll(participants, say);
  const conditions = await readConditions(participants);
  await using cleanUp = new AsyncDisposableStack();
  const { files } = await prepareRun(cleanUp);
  const prices = cleanUp.use(await PriceFeed.start());
  const ids = participants.map(({ id }) => id);
  const { supergraphFile, starts } = await writeLiveStarts(files, prices.url, ids);
  const runOn = async (
    start: GatewayStart,
    clients: number,
    measure: (run: LiveRun) => Promise<LiveFigures>,
  ): Promise<LiveFigures> => {
    const markets = Math.min(config.markets, clients);
    try {
      await using gateway = await startGateway(start);
      await using crowd = new Crowd(config.clientProcesses, prices);
      return await measure({ gateway, crowd, prices, clients, markets, config, say });
    } catch (error) {
      say(`${start.name} does not start: ${String(error)}`);
      return toStartFailure(start.name, { clients, markets }, error);
    }
  };
  const compared: LiveFigures[] = [];
  for (const { start } of starts) {
    say(`${start.name}: ${config.peerClients} clients`);
    compared.push(await runOn(start, config.peerClients, compareLive));
  }
  const [ours] = starts.filter(({ id }) => id === 'plaza');
  let endurance: LiveFigures | undefined;
  if (ours !== undefined) {
    say(`${ours.start.name}: ${config.clients} clients`);
    endurance = await runOn(ours.start, config.clients, (run) =>
      measureEndurance(run, supergraphFile),
    );
  }
  const settings = starts.map((live) => `${live.start.name}: ${live.settings}`);
  return createLiveReport({ config, conditions, settings, compared, endurance });
}

import type { LiveFigures } from '../subscriptions/measure-live-gateway.ts';
import { atMost, showFigure, type Target } from './target.ts';

const bytesPerSocketMax = 20_000;
const fanOutMsMax = 250;
const hiveRatioMin = 3;
const servedMsMax = 20_000;
const queryMsMax = 500;

/** Each target with its figure; one that could not be measured does not hold. */
export function toTargets(
  compared: readonly LiveFigures[],
  endurance: LiveFigures | undefined,
): readonly Target[] {
  const { sockets, fanOutMs, reloads, storm } = endurance ?? {};
  const ours = compared.find(({ name }) => name === endurance?.name)?.plain?.deliveriesPerSecond;
  const theirs = compared.find(({ name }) => name === 'Hive Gateway')?.plain?.deliveriesPerSecond;
  const ratio = ours !== undefined && theirs !== undefined ? ours / theirs : undefined;
  const faults = reloads && reloads.lost + reloads.duplicated;
  return [
    {
      what: 'subscriptions at the subgraph',
      target: `one for each of ${endurance?.markets ?? 0} topics`,
      measured: showFigure(sockets?.upstreamSubscriptions, 0),
      holds: sockets !== undefined && sockets.upstreamSubscriptions === endurance?.markets,
    },
    atMost('resident memory per idle socket, bytes', sockets?.bytesPerSocket, {
      max: bytesPerSocketMax,
    }),
    atMost('one event to all clients, p99, ms', fanOutMs?.p99, { max: fanOutMsMax }),
    {
      what: "delivered events per second, times Hive Gateway's",
      target: `at least ${hiveRatioMin}`,
      measured: showFigure(ratio, 1),
      holds: ratio !== undefined && ratio >= hiveRatioMin,
    },
    atMost(`frames lost or doubled over ${reloads?.reloads ?? 0} reloads`, faults, { max: 0 }),
    atMost('storm: until all are served, ms', storm?.servedMs, { max: servedMsMax }),
    atMost('storm: p99 of queries, ms', storm?.queryMs.p99, { max: queryMsMax }),
  ];
}

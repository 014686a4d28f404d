import type { LiveRun } from './live-run.ts';
import { subscriptionDocuments } from './price-graph.ts';

/** What it costs to be connected. */
export interface SocketFigures {
  readonly connectsPerSecond: number;
  /** Resident memory of the gateway's process for each idle subscribed socket, garbage collected. */
  readonly bytesPerSocket: number;
  /** Of it, JavaScript heap. */
  readonly heapBytesPerSocket: number;
  /** What the gateway has open at the subgraph for all of them. */
  readonly upstreamSockets: number;
  readonly upstreamSubscriptions: number;
}

/** Connects all clients to a gateway that has none, and leaves them there. */
export async function measureSockets(run: LiveRun): Promise<SocketFigures> {
  const { gateway, crowd, prices, clients, markets } = run;
  const before = await gateway.heap();
  const elapsedMs = await crowd.connect({
    url: gateway.url,
    query: subscriptionDocuments.plain,
    clients,
    markets,
  });
  await crowd.settle();
  const after = await gateway.heap();
  const { sockets, subscriptions } = await prices.counts();
  return {
    connectsPerSecond: (clients / elapsedMs) * 1_000,
    bytesPerSocket: (after.rssBytes - before.rssBytes) / clients,
    heapBytesPerSocket: (after.heapUsedBytes - before.heapUsedBytes) / clients,
    upstreamSockets: sockets,
    upstreamSubscriptions: subscriptions,
  };
}

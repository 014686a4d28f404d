import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveRun } from './live-run.ts';
import { subscriptionDocuments } from './price-graph.ts';

/** What clients that do not read cost. */
export interface SlowReaderFigures {
  readonly readers: number;
  /** What each of them was sent, in bytes. */
  readonly bytesPerReader: number;
  /** How much the gateway's resident memory grew meanwhile, at most. */
  readonly rssBytesGrown: number;
}

const readers = 20;
const noteCharacters = 65_536;
const eventsPerBatch = 8;
const batchIntervalMs = 50;

/**
 * Some clients stop reading while their market goes on: each is sent more than the kernel's buffers
 * hold. The crowd is left without connections.
 */
export async function measureSlowReaders(run: LiveRun): Promise<SlowReaderFigures> {
  const { crowd, prices, gateway, config } = run;
  const query = subscriptionDocuments.long;
  await crowd.connect({ url: gateway.url, query, clients: readers, markets: 1 });
  await crowd.settle();
  const { rssBytes: rssBefore } = await gateway.heap();
  await crowd.pause();
  const events = Math.ceil((config.slowReaderMegabytes * 1e6) / noteCharacters);
  let rssMax = rssBefore;
  for (let sent = 0; sent < events; sent += eventsPerBatch) {
    await prices.emit(1, { events: eventsPerBatch, noteCharacters });
    await sleep(batchIntervalMs);
    rssMax = Math.max(rssMax, (await gateway.usage()).rssBytes);
  }
  await crowd.leave();
  return {
    readers,
    bytesPerReader: events * noteCharacters,
    rssBytesGrown: rssMax - rssBefore,
  };
}

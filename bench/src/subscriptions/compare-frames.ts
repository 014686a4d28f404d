import { isDeepStrictEqual } from 'node:util';
import { products } from '../subgraphs/fixture-data.ts';
import { leave } from './leave.ts';
import type { LiveRun } from './live-run.ts';
import { subscriptionDocuments } from './price-graph.ts';

type DocumentName = keyof typeof subscriptionDocuments;

const [product] = products;
/** Without the numbers that differ from event to event. */
const expectedPrices: Readonly<Record<DocumentName, object>> = {
  plain: { priceMinor: 1_000 },
  joined: { priceMinor: 1_000, product: { id: product?.id, title: product?.title } },
  long: { note: '' },
};

/** Throws unless the gateway gives exactly the frame that each subscription promises. */
export async function compareFrames(run: LiveRun): Promise<void> {
  for (const name of Object.keys(subscriptionDocuments) as DocumentName[]) {
    const query = subscriptionDocuments[name];
    await run.crowd.connect({ url: run.gateway.url, query, clients: 1, markets: 1 });
    const message = await run.crowd.settle();
    await leave(run);
    const { type, payload } = JSON.parse(message) as Frame;
    const { sequence, sentAtMs, ...price } = payload.data.priceChanged;
    const isRight =
      type === 'next' &&
      typeof sequence === 'number' &&
      typeof sentAtMs === 'number' &&
      isDeepStrictEqual(price, expectedPrices[name]) &&
      isDeepStrictEqual(payload, { data: { priceChanged: payload.data.priceChanged } });
    if (!isRight) {
      throw new Error(`${run.gateway.name} answers ${name} with another frame: ${message}`);
    }
  }
}

interface Frame {
  readonly type: string;
  readonly payload: { readonly data: { readonly priceChanged: Readonly<Record<string, unknown>> } };
}

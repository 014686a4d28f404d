/** A process that serves the subgraph of prices and tells subscribers of them when it is told to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monotonicMs } from './monotonic-clock.ts';
import type { PriceEvent } from './price-graph.ts';
import { PriceSockets } from './price-sockets.ts';

export type PriceOrder =
  /** Tells each market below `markets` of `events` prices. */
  | {
      readonly kind: 'emit';
      readonly markets: number;
      readonly events: number;
      readonly noteCharacters: number;
    }
  /** From now on, market after market has a price, so many in a second. */
  | { readonly kind: 'flow'; readonly markets: number; readonly eventsPerSecond: number }
  /** No more by itself; then counts. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'count' };

export type PriceReply =
  | { readonly kind: 'listening'; readonly origin: string }
  | { readonly kind: 'emitted' }
  | { readonly kind: 'flowing' }
  | {
      readonly kind: 'counts';
      readonly sockets: number;
      readonly subscriptions: number;
      /** By market: the number of its latest event; 0 before the first. */
      readonly sequences: readonly number[];
    };

const flowIntervalMs = 10;

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"data":{"marketCount":0}}');
});
const sockets = new PriceSockets(server);
const sequences: number[] = [];
let flow: NodeJS.Timeout | undefined;

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  send({ kind: 'listening', origin: `http://127.0.0.1:${port}` });
});
process.on('message', (order: PriceOrder) => {
  send(obey(order));
});
process.on('disconnect', () => process.exit());

function obey(order: PriceOrder): PriceReply {
  switch (order.kind) {
    case 'emit':
      for (let event = 0; event < order.events; event += 1) {
        const note = 'x'.repeat(order.noteCharacters);
        for (let market = 0; market < order.markets; market += 1) emit(market, note);
      }
      return { kind: 'emitted' };
    case 'flow':
      startFlow(order);
      return { kind: 'flowing' };
    case 'stop':
      clearInterval(flow);
      return { kind: 'counts', ...sockets.counts(), sequences };
    case 'count':
      return { kind: 'counts', ...sockets.counts(), sequences };
  }
}

function startFlow({ markets, eventsPerSecond }: Extract<PriceOrder, { kind: 'flow' }>): void {
  const startedAtMs = monotonicMs();
  let emitted = 0;
  clearInterval(flow);
  flow = setInterval(() => {
    const due = ((monotonicMs() - startedAtMs) * eventsPerSecond) / 1_000;
    for (; emitted < due; emitted += 1) emit(emitted % markets, '');
  }, flowIntervalMs);
}

function emit(market: number, note: string): void {
  const sequence = (sequences[market] ?? 0) + 1;
  sequences[market] = sequence;
  sockets.emit(market, createEvent(market, sequence, note));
}

function createEvent(market: number, sequence: number, note: string): PriceEvent {
  const product = { __typename: 'Product', id: `p${(market % 20) + 1}` } as const;
  return { sequence, sentAtMs: monotonicMs(), priceMinor: 1_000 + market, note, product };
}

function send(message: PriceReply): void {
  process.send?.(message);
}

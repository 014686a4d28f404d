/** A process with many clients of one gateway, each with one subscription. See light-client.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientSeat, type SeatCounts } from './client-seat.ts';
import { LatencyCounter, type LatencyCounts } from './latency-counts.ts';
import type { ClientTarget } from './light-client.ts';
import { monotonicMs } from './monotonic-clock.ts';

export type CrowdOrder =
  /** Connects a client for each market in the list, so many at once. */
  | {
      readonly kind: 'connect';
      readonly target: Omit<ClientTarget, 'market'>;
      readonly markets: readonly number[];
      readonly connectsAtOnce: number;
    }
  /** Answers when every client has an event of its connection. */
  | { readonly kind: 'await-served' }
  /** Answers when so many events have come since the last time that they were taken. */
  | { readonly kind: 'take'; readonly deliveries: number }
  /** Drops all connections and opens them anew, all at once; answers when all are served. */
  | { readonly kind: 'storm' }
  /** Compares with the latest number of each market. */
  | { readonly kind: 'check'; readonly sequences: readonly number[] }
  /** Forgets what was counted. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'close' };

export type CrowdReply =
  | { readonly kind: 'connected'; readonly elapsedMs: number }
  | { readonly kind: 'served'; readonly firstMessage: string }
  | { readonly kind: 'taken'; readonly atMs: number; readonly latencies: LatencyCounts }
  | { readonly kind: 'weathered'; readonly elapsedMs: number; readonly retries: number }
  | ({ readonly kind: 'checked' } & SeatCounts)
  | { readonly kind: 'done' };

const pollIntervalMs = 20;

const latencies = new LatencyCounter();
let seats: readonly ClientSeat[] = [];
let deliveries = 0;
let onDelivery: (() => void) | undefined;

process.on('message', (order: CrowdOrder) => {
  obey(order).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());

function obey(order: CrowdOrder): Promise<CrowdReply> {
  switch (order.kind) {
    case 'connect':
      return connectAll(order);
    case 'await-served':
      return awaitServed();
    case 'take':
      return take(order.deliveries);
    case 'storm':
      return weatherStorm();
    case 'check':
      return Promise.resolve({ kind: 'checked', ...check(order.sequences) });
    case 'forget':
    case 'pause':
    case 'close':
      return Promise.resolve(tellAll(order.kind));
  }
}

async function connectAll({
  target,
  markets,
  connectsAtOnce,
}: Extract<CrowdOrder, { kind: 'connect' }>): Promise<CrowdReply> {
  const startedAtMs = monotonicMs();
  const created = markets.map((market) => new ClientSeat({ ...target, market }, countDelivery));
  seats = created;
  const waiting = created.values();
  const connectInTurn = async (): Promise<void> => {
    for (const seat of waiting) await seat.connect();
  };
  await Promise.all(Array.from({ length: connectsAtOnce }, connectInTurn));
  return { kind: 'connected', elapsedMs: monotonicMs() - startedAtMs };
}

async function awaitServed(): Promise<CrowdReply> {
  while (!seats.every(({ isServed }) => isServed)) await sleep(pollIntervalMs);
  return { kind: 'served', firstMessage: seats[0]?.firstMessage ?? '' };
}

async function take(wanted: number): Promise<CrowdReply> {
  if (deliveries < wanted) {
    await new Promise<void>((resolve) => {
      onDelivery = () => {
        if (deliveries >= wanted) resolve();
      };
    });
  }
  onDelivery = undefined;
  deliveries -= wanted;
  return { kind: 'taken', atMs: monotonicMs(), latencies: latencies.take() };
}

async function weatherStorm(): Promise<CrowdReply> {
  const startedAtMs = monotonicMs();
  for (const seat of seats) seat.leave();
  const retries = await Promise.all(seats.map((seat) => seat.connectUntilServed()));
  return {
    kind: 'weathered',
    elapsedMs: monotonicMs() - startedAtMs,
    retries: retries.reduce((sum, count) => sum + count, 0),
  };
}

function check(sequences: readonly number[]): SeatCounts {
  const counts = seats.map((seat) => seat.count(sequences));
  const sum = (read: (count: SeatCounts) => number) =>
    counts.reduce((total, count) => total + read(count), 0);
  return {
    behind: sum(({ behind }) => behind),
    lost: sum((count) => count.lost),
    duplicated: sum((count) => count.duplicated),
    errors: sum(({ errors }) => errors),
    disconnected: sum(({ disconnected }) => disconnected),
    lossReason: counts.find(({ lossReason }) => lossReason !== undefined)?.lossReason,
  };
}

function tellAll(kind: 'forget' | 'pause' | 'close'): CrowdReply {
  for (const seat of seats) {
    if (kind === 'forget') seat.forget();
    else if (kind === 'pause') seat.pause();
    else seat.leave();
  }
  deliveries = 0;
  latencies.take();
  return { kind: 'done' };
}

function countDelivery(latencyMs: number): void {
  latencies.add(latencyMs);
  deliveries += 1;
  onDelivery?.();
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchProcess, startProcess } from '../child-process.ts';
import type { SeatCounts } from './client-seat.ts';
import type { CrowdOrder, CrowdReply } from './crowd-process.ts';
import type { LatencyCounts } from './latency-counts.ts';
import { monotonicMs } from './monotonic-clock.ts';
import type { PriceFeed } from './price-feed.ts';

/** Who connects to whom, and for what. */
export interface CrowdTarget {
  /** The gateway's GraphQL endpoint, http. */
  readonly url: string;
  readonly query: string;
  readonly clients: number;
  /** Client after client takes the next one. */
  readonly markets: number;
}

type Reply<Kind extends CrowdReply['kind']> = Extract<CrowdReply, { kind: Kind }>;

/** Connections that one process opens at the same time, while it is no storm. */
const connectsAtOnce = 32;
/** A crowd of ten thousand on a busy machine takes its time; a lost event would be waited for. */
const replyTimeoutMs = 180_000;
const catchUpTimeoutMs = 30_000;
const pollIntervalMs = 50;
const waveIntervalMs = 500;

/** Clients of a gateway, in processes of their own. */
export class Crowd implements AsyncDisposable {
  readonly #processes: readonly BenchProcess[];
  readonly #prices: PriceFeed;
  #target: CrowdTarget | undefined;

  constructor(processes: number, prices: PriceFeed) {
    const module = new URL('./crowd-process.js', import.meta.url);
    this.#processes = Array.from({ length: processes }, () => startProcess(module, []));
    this.#prices = prices;
  }

  /** Resolves to the milliseconds until all were connected and had sent their subscription. */
  async connect(target: CrowdTarget): Promise<number> {
    this.#target = target;
    const { port, pathname: path } = new URL(target.url);
    const markets = Array.from({ length: target.clients }, (_, client) => client % target.markets);
    const share = Math.ceil(target.clients / this.#processes.length);
    const startedAtMs = monotonicMs();
    await this.#askAll<Reply<'connected'>>('connected', (index) => ({
      kind: 'connect',
      target: {
        port: Number(port),
        path,
        localAddress: `127.0.0.${index + 2}`,
        query: target.query,
      },
      markets: markets.slice(index * share, (index + 1) * share),
      connectsAtOnce,
    }));
    return monotonicMs() - startedAtMs;
  }

  /** Prices are told until each client has had one; then all counts begin. Returns one message. */
  async settle(): Promise<string> {
    const served = this.#askAll<Reply<'served'>>('served', () => ({ kind: 'await-served' }));
    let isServed = false;
    const watched = served.finally(() => {
      isServed = true;
    });
    while (!isServed) {
      await this.#prices.emit(this.#markets);
      await Promise.race([watched, sleep(waveIntervalMs)]);
    }
    const [first] = await watched;
    await this.catchUp();
    await this.#askAll<Reply<'done'>>('done', () => ({ kind: 'forget' }));
    return first?.firstMessage ?? '';
  }

  /** Waits for events that are under way. Resolves when there are none, or it takes too long. */
  async catchUp(): Promise<SeatCounts> {
    const deadline = Date.now() + catchUpTimeoutMs;
    for (;;) {
      const counts = await this.check();
      if (counts.behind === 0 || Date.now() > deadline) return counts;
      await sleep(pollIntervalMs);
    }
  }

  /** Compares what the clients have had with what was told. */
  async check(): Promise<SeatCounts> {
    const { sequences } = await this.#prices.counts();
    const parts = await this.#askAll<Reply<'checked'>>('checked', () => ({
      kind: 'check',
      sequences,
    }));
    const sum = (read: (counts: SeatCounts) => number) =>
      parts.reduce((total, counts) => total + read(counts), 0);
    return {
      behind: sum(({ behind }) => behind),
      lost: sum(({ lost }) => lost),
      duplicated: sum(({ duplicated }) => duplicated),
      errors: sum(({ errors }) => errors),
      disconnected: sum(({ disconnected }) => disconnected),
      lossReason: parts.find(({ lossReason }) => lossReason !== undefined)?.lossReason,
    };
  }

  /** Waits until each client has had `events` more; the latencies of all, and when the last came. */
  async take(events: number): Promise<{ atMs: number; latencies: LatencyCounts }> {
    const { clients = 0 } = this.#target ?? {};
    const share = Math.ceil(clients / this.#processes.length);
    const parts = await this.#askAll<Reply<'taken'>>('taken', (index) => ({
      kind: 'take',
      deliveries: events * Math.max(0, Math.min(share, clients - index * share)),
    }));
    return {
      atMs: Math.max(...parts.map(({ atMs }) => atMs)),
      latencies: parts.flatMap(({ latencies }) => latencies),
    };
  }

  /** All drop their connections and come back at once; resolves when each has had an event. */
  async storm(): Promise<{ elapsedMs: number; retries: number }> {
    const parts = await this.#askAll<Reply<'weathered'>>('weathered', () => ({ kind: 'storm' }));
    return {
      elapsedMs: Math.max(...parts.map(({ elapsedMs }) => elapsedMs)),
      retries: parts.reduce((sum, { retries }) => sum + retries, 0),
    };
  }

  /** From now on they read nothing. */
  async pause(): Promise<void> {
    await this.#askAll<Reply<'done'>>('done', () => ({ kind: 'pause' }));
  }

  async leave(): Promise<void> {
    await this.#askAll<Reply<'done'>>('done', () => ({ kind: 'close' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
  }

  get #markets(): number {
    return this.#target?.markets ?? 0;
  }

  #askAll<Given extends CrowdReply>(
    kind: Given['kind'],
    orderOf: (index: number) => CrowdOrder,
  ): Promise<readonly Given[]> {
    return Promise.all(
      this.#processes.map((process, index) =>
        process.ask<Given>({ kind, message: orderOf(index), timeoutMs: replyTimeoutMs }),
      ),
    );
  }
}

import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';
import type { LoadGuard } from '../overload/load-guard.ts';
import type { LiveCounts } from '../subscriptions/subscription-hub.ts';

const causes = ['event_loop', 'heap', 'operations'] as const;

/** Metrics of what is under way, and of what was refused since it was too much. */
export function registerLoadMetrics(
  registry: Registry,
  load: Pick<LoadGuard, 'operationsUnderWay' | 'causes' | 'shed'>,
): void {
  const registers = [registry];
  new Gauge({
    name: 'plaza_operations_under_way',
    help: 'Queries and mutations that are being answered.',
    registers,
    collect() {
      this.set(load.operationsUnderWay);
    },
  });
  new Gauge({
    name: 'plaza_overloaded',
    help: '1 while new operations are refused, by what there is too much of.',
    labelNames: ['cause'],
    registers,
    collect() {
      for (const cause of causes) this.set({ cause }, load.causes.has(cause) ? 1 : 0);
    },
  });
  new Counter({
    name: 'plaza_operations_shed_total',
    help: 'Operations and sockets refused under overload, by what there was too much of.',
    labelNames: ['cause'],
    registers,
    collect() {
      this.reset();
      for (const cause of causes) this.inc({ cause }, load.shed[cause]);
    },
  });
}

/** What clients hold open. */
export interface OpenConnections {
  readonly server: Server;
  readonly sockets: () => number;
  readonly streams: () => number;
  readonly live: () => LiveCounts;
}

/** Metrics of open connections and of what is followed over them. */
export function registerConnectionMetrics(
  registry: Registry,
  { server, sockets, streams, live }: OpenConnections,
): void {
  const registers = [registry];
  new Gauge({
    name: 'plaza_client_connections',
    help: 'Open sockets of clients: all, and those of them that are WebSockets or event streams.',
    labelNames: ['kind'],
    registers,
    async collect() {
      const { promise, resolve } = Promise.withResolvers<number>();
      server.getConnections((error, count) => resolve(error === null ? count : 0));
      this.set({ kind: 'all' }, await promise);
      this.set({ kind: 'websocket' }, sockets());
      this.set({ kind: 'stream' }, streams());
    },
  });
  new Gauge({
    name: 'plaza_subscriptions',
    help: 'What is subscribed to: by clients, their different answers, the sources of those.',
    labelNames: ['kind'],
    registers,
    collect() {
      const { subscriptions, channels, upstreams } = live();
      this.set({ kind: 'subscription' }, subscriptions);
      this.set({ kind: 'channel' }, channels);
      this.set({ kind: 'upstream' }, upstreams);
    },
  });
}

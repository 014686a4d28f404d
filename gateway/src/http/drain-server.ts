import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import type { Gateway } from '../gateway.ts';

/** Connections that were on their way to this worker when it took no more go to another in that time. */
const handoverMs = 1_000;

interface DrainTimes extends Pick<Config, 'drainDelayMs' | 'drainTimeoutMs'> {
  readonly handover: boolean;
}

/** Ends a server: what is under way is answered first, within its time. */
export async function drainServer(
  server: FastifyInstance,
  gateway: Gateway,
  { drainDelayMs, drainTimeoutMs, handover }: DrainTimes,
): Promise<void> {
  gateway.startDraining();
  if (handover) NetServer.prototype.close.call(server.server);
  // Clients with open sockets are told meanwhile to come back by others.
  const delayMs = handover ? Math.max(handoverMs, drainDelayMs) : drainDelayMs;
  if (delayMs > 0) await sleep(delayMs);
  const timer = setTimeout(() => server.server.closeAllConnections(), drainTimeoutMs);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSocket } from './client-socket.ts';
import { closes } from './close-codes.ts';

const turnMs = 50;
const socketsPerTurnMin = 100;

/**
 * Closes all sockets with the advice to connect again: spread over the first half of the time, so
 * that not all clients arrive elsewhere at once, and each when it has its answers. What is open in
 * the end is cut off.
 */
export async function drainSockets(
  sockets: ReadonlySet<ClientSocket>,
  drainTimeoutMs: number,
): Promise<void> {
  const endMs = performance.now() + drainTimeoutMs;
  const turns = Math.max(1, drainTimeoutMs / 2 / turnMs);
  const socketsPerTurn = Math.max(socketsPerTurnMin, Math.ceil(sockets.size / turns));
  while (sockets.size > 0 && performance.now() < endMs) {
    const idle = [...sockets].filter((socket) => socket.isOpen && !socket.isAnswering);
    for (const socket of idle.slice(0, socketsPerTurn)) socket.close(closes.draining);
    await sleep(turnMs);
  }
  for (const socket of sockets) socket.terminate();
}

import { setTimeout as sleep } from 'node:timers/promises';

const turnMs = 50;
const clientsPerTurnMin = 100;

/** A client's connection, which ends when it is told to. */
export interface DrainedClient {
  /** False once it was told to end. */
  readonly isOpen: boolean;
  /** True while it has something to answer that will come to an end by itself. */
  readonly isAnswering: boolean;
  /** Ends it with the advice to connect again. */
  sendAway(): void;
  /** Cuts it off. */
  terminate(): void;
}

/**
 * Sends all clients away: spread over the first half of the time, so that not all of them arrive
 * elsewhere at once, and each when it has its answers. What is open in the end is cut off.
 */
export async function drainClients(
  clients: ReadonlySet<DrainedClient>,
  drainTimeoutMs: number,
): Promise<void> {
  const endMs = performance.now() + drainTimeoutMs;
  const turns = Math.max(1, drainTimeoutMs / 2 / turnMs);
  const clientsPerTurn = Math.max(clientsPerTurnMin, Math.ceil(clients.size / turns));
  while (clients.size > 0 && performance.now() < endMs) {
    const idle = [...clients].filter((client) => client.isOpen && !client.isAnswering);
    for (const client of idle.slice(0, clientsPerTurn)) client.sendAway();
    await sleep(turnMs);
  }
  for (const client of clients) client.terminate();
}

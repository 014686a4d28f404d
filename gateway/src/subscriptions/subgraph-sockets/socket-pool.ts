import { AppError } from '@plaza/schema/errors';
import type { Config } from '../../config.ts';
import type { SocketTarget } from './subgraph-socket.ts';
import { checkIntervalMs, SubgraphSocket } from './subgraph-socket.ts';

/** The WebSockets to all subgraphs, as many to one target as its subscriptions need. */
export class SocketPool {
  readonly #config: Config['subgraphSockets'];
  readonly #byTarget = new Map<string, Set<SubgraphSocket>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(config: Config['subgraphSockets']) {
    this.#config = config;
    this.#timer = setInterval(() => this.#check(), checkIntervalMs).unref();
  }

  /**
   * A socket with room for one more subscription, open or about to be. Throws AppError
   * SUPERGRAPH_UNAVAILABLE when too many are open.
   */
  socketFor(target: SocketTarget): SubgraphSocket {
    return this.#withRoom(target) ?? this.#open(target);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#all()) socket.terminate();
  }

  #withRoom(target: SocketTarget): SubgraphSocket | undefined {
    for (const socket of this.#byTarget.get(targetKey(target)) ?? []) {
      if (socket.placesTaken < this.#config.subscriptionsPerSocketMax) return socket;
    }
    return undefined;
  }

  #open(target: SocketTarget): SubgraphSocket {
    if (this.#count >= this.#config.socketsMax) {
      const message = `${this.#count} WebSockets are open already (subgraphSockets.socketsMax)`;
      throw new AppError('SUPERGRAPH_UNAVAILABLE', message);
    }
    const key = targetKey(target);
    const sockets = this.#byTarget.get(key) ?? new Set();
    const socket = new SubgraphSocket(target, () => {
      this.#count -= 1;
      sockets.delete(socket);
      if (sockets.size === 0 && this.#byTarget.get(key) === sockets) this.#byTarget.delete(key);
    });
    this.#count += 1;
    sockets.add(socket);
    this.#byTarget.set(key, sockets);
    return socket;
  }

  #check(): void {
    const { idleTimeoutMs, pingIntervalMs } = this.#config;
    for (const socket of this.#all()) {
      if (socket.idleMs > idleTimeoutMs) socket.close();
      else socket.check(pingIntervalMs);
    }
  }

  *#all(): Generator<SubgraphSocket> {
    for (const sockets of this.#byTarget.values()) yield* sockets;
  }
}

function targetKey({ subgraph, url, replica, headers }: SocketTarget): string {
  return JSON.stringify([subgraph, url, replica, headers]);
}

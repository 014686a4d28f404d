import { Pool } from 'undici';
import type { SubgraphSettings } from './subgraph-settings.ts';

const keepAliveMs = 30_000;

/** Where one replica is. */
export interface ReplicaAddress {
  /** Such as `http://10.0.0.7:4001`. */
  readonly origin: string;
  /** With the search of the URL. */
  readonly path: string;
}

/** One server of a subgraph, its connections, and what is known of it. */
export class Replica {
  readonly address: ReplicaAddress;
  readonly pool: Pool;
  /** Calls under way or waiting for a connection. */
  pending = 0;

  constructor(address: ReplicaAddress, settings: SubgraphSettings) {
    this.address = address;
    this.pool = createPool(address, settings);
  }

  /** Ends the connections when the calls under way have ended. */
  drain(): void {
    // A failing close has nobody left to tell.
    this.pool.close().catch(() => undefined);
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }
}

function createPool({ origin }: ReplicaAddress, settings: SubgraphSettings): Pool {
  return new Pool(origin, {
    connections: settings.connectionsMax,
    // A slow answer must not hold up those behind it on one socket.
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    connectTimeout: Math.min(settings.connectTimeoutMs, settings.timeoutMs),
    // The deadline of the call bounds both, and more exactly.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

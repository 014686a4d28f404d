import { isIPv6 } from 'node:net';
import { Pool } from 'undici';
import type { SubgraphSettings } from './subgraph-settings.ts';
import type { TlsMaterial } from './tls-files.ts';

const keepAliveMs = 30_000;

/** Where one replica is. */
export interface ReplicaAddress {
  /** Such as `http://reviews.example:4001`. */
  readonly origin: string;
  /** With the search of the URL. */
  readonly path: string;
  /** The one address of the host that this replica has; undefined: whichever DNS says. */
  readonly ip: string | undefined;
}

/** How sockets to a replica are opened; Node.js reads these options. */
export interface ConnectOptions extends TlsMaterial {
  readonly lookup?: LookUp;
}

type LookUp = (
  hostname: string,
  options: { readonly all?: boolean | undefined },
  callback: (
    error: NodeJS.ErrnoException | null,
    address: string | { address: string; family: number }[],
    family?: number,
  ) => void,
) => void;

/** One server of a subgraph, its connections, and what is known of it. */
export class Replica {
  readonly address: ReplicaAddress;
  /** Calls under way or waiting for a connection. */
  pending = 0;
  /** Subscriptions whose events come from it. */
  subscriptions = 0;
  failuresInRow = 0;
  /** How often it was ejected since it was last well. */
  ejections = 0;
  /** By `performance.now()`: not asked before. */
  ejectedUntilMs = 0;
  readonly #settings: SubgraphSettings;
  #connect: ConnectOptions;
  #pool: Pool;

  constructor(address: ReplicaAddress, settings: SubgraphSettings, tls: TlsMaterial) {
    this.address = address;
    this.#settings = settings;
    this.#connect = connectOptions(address, tls);
    this.#pool = createPool(address, settings, this.#connect);
  }

  get pool(): Pool {
    return this.#pool;
  }

  /** For sockets that are not the pool's. */
  get connect(): ConnectOptions {
    return this.#connect;
  }

  /** New connections with other certificates; calls under way end on the old ones. */
  renew(tls: TlsMaterial): void {
    this.drain();
    this.#connect = connectOptions(this.address, tls);
    this.#pool = createPool(this.address, this.#settings, this.#connect);
  }

  /** Ends the connections when the calls under way have ended. */
  drain(): void {
    // A failing close has nobody left to tell.
    this.#pool.close().catch(() => undefined);
  }

  destroy(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** The same for all replicas that are one. */
export function replicaKey({ origin, path, ip = '' }: ReplicaAddress): string {
  return `${origin}${path} ${ip}`;
}

function connectOptions({ ip }: ReplicaAddress, tls: TlsMaterial): ConnectOptions {
  if (ip === undefined) return tls;
  const family = isIPv6(ip) ? 6 : 4;
  return {
    ...tls,
    lookup: (_hostname, { all }, callback) =>
      all === true ? callback(null, [{ address: ip, family }]) : callback(null, ip, family),
  };
}

function createPool(
  { origin }: ReplicaAddress,
  settings: SubgraphSettings,
  connect: ConnectOptions,
): Pool {
  return new Pool(origin, {
    connections: settings.connectionsMax,
    // A slow answer must not hold up those behind it on one socket.
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    connect: { ...connect, timeout: Math.min(settings.connectTimeoutMs, settings.timeoutMs) },
    // The deadline of the call bounds both, and more exactly.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

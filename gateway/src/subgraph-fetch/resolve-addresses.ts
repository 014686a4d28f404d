import { lookup as systemLookUp } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import type { ReplicaAddress } from './replica.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';

/** All addresses that a host has now. */
export type LookUpHost = (host: string) => Promise<readonly string[]>;

export interface AddressWatchOptions {
  readonly subgraph: string;
  readonly addresses: readonly ReplicaAddress[];
  readonly settings: SubgraphSettings['dns'];
  readonly lookUp: LookUpHost;
  readonly onAddresses: (addresses: readonly ReplicaAddress[]) => void;
  readonly logger: Logger | undefined;
}

/** Looks again and again which addresses the hosts of a subgraph have. */
export class AddressWatch implements Disposable {
  readonly #options: AddressWatchOptions;
  readonly #over = new AbortController();

  constructor(options: AddressWatchOptions) {
    this.#options = options;
    void this.#watch();
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #watch(): Promise<void> {
    const { settings } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      await this.#look();
      await wait(settings.intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { subgraph, addresses, settings, onAddresses, logger } = this.#options;
    try {
      const found = await Promise.all(addresses.map((address) => this.#resolve(address)));
      if (this.#over.signal.aborted) return;
      onAddresses(found.flat().slice(0, settings.addressesMax));
    } catch (error) {
      // What was found last may still be right.
      logger?.warn({ subgraph, error }, 'subgraph host not resolved');
    }
  }

  async #resolve(address: ReplicaAddress): Promise<readonly ReplicaAddress[]> {
    const { lookUp, settings } = this.#options;
    const { hostname } = new URL(address.origin);
    const ips = await Promise.race([
      lookUp(hostname.replace(/^\[|\]$/g, '')),
      wait(settings.timeoutMs, [], { ref: false, signal: this.#over.signal }),
    ]);
    if (ips.length === 0) throw new Error(`No address of ${hostname} was found in time`);
    return [...new Set(ips)].sort().map((ip) => ({ ...address, ip }));
  }
}

/** As the system resolves names for every connection: hosts file, search domains, DNS. */
export const lookUpHost: LookUpHost = async (host) => {
  const found = await systemLookUp(host, { all: true });
  return found.map(({ address }) => address);
};

import type { Logger } from '../telemetry/logger.ts';
import type { ReplicaAddress } from './replica.ts';
import { Replicas } from './replicas.ts';
import type { LookUpHost } from './resolve-addresses.ts';
import { AddressWatch, lookUpHost } from './resolve-addresses.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import { hasTls, TlsFiles } from './tls-files.ts';
import type { TrafficCounts } from './traffic-counts.ts';

/** Where a subgraph is, and what is needed to keep knowing it. */
export interface SubgraphPlace {
  readonly subgraph: string;
  readonly addresses: readonly ReplicaAddress[];
  readonly settings: SubgraphSettings;
  readonly counts: TrafficCounts;
  /** Default: as the system resolves names. */
  readonly lookUp?: LookUpHost | undefined;
  readonly logger?: Logger | undefined;
}

/** The replicas of a subgraph. To dispose of it is to look no more for others. */
export interface OpenReplicas extends Disposable {
  readonly replicas: Replicas;
}

/**
 * Opens the replicas of a subgraph, and follows its DNS and its certificates if it has some. Throws
 * AppError BAD_USER_INPUT when a TLS file cannot be used.
 */
export function openReplicas(place: SubgraphPlace): OpenReplicas {
  const { subgraph, addresses, settings, counts, logger, lookUp = lookUpHost } = place;
  const watches = new DisposableStack();
  const files = hasTls(settings.tls) ? watches.use(new TlsFiles(settings, logger)) : undefined;
  const replicas = new Replicas(settings, counts, files?.material ?? {});
  files?.onChange((material) => replicas.renew(material));
  replicas.set(addresses);
  counts.replicas = () => ({ count: replicas.count, ejected: replicas.ejectedCount() });
  if (settings.dns.enabled) {
    const onAddresses = (found: readonly ReplicaAddress[]): void => replicas.set(found);
    const { dns } = settings;
    watches.use(
      new AddressWatch({ subgraph, addresses, settings: dns, lookUp, onAddresses, logger }),
    );
  }
  return { replicas, [Symbol.dispose]: () => watches.dispose() };
}

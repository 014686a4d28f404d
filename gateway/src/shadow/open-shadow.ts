import { DocumentCache } from '../document-cache.ts';
import { createGateway } from '../gateway.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import type { SupergraphSource } from '../supergraph/supergraph-source.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Candidate } from './candidate.ts';
import { gatewayCandidate, ownCandidate } from './candidate.ts';
import { ShadowTraffic } from './shadow-traffic.ts';

/** Loads the candidate supergraph, and looks for newer ones. Rejects when there is none to serve. */
type LoadCandidate = (supergraph: string) => Promise<SupergraphSource>;

/**
 * The shadow traffic that the configuration asks for, beside a gateway of these parts. Undefined when it
 * asks for none, or when the candidate cannot be loaded: then the log says why, and clients are served.
 */
export async function openShadow(
  live: GatewayParts,
  loadCandidate: LoadCandidate,
): Promise<ShadowTraffic | undefined> {
  const { config, logger } = live;
  const { url, supergraph } = config.shadow;
  if (url === undefined && supergraph === undefined) return undefined;
  const control = replaying(live, live.supergraph);
  if (url !== undefined) {
    const candidate = gatewayCandidate(url, config);
    return new ShadowTraffic(config.shadow, { control, candidate }, logger);
  }
  try {
    const candidate = replaying(live, await loadCandidate(supergraph ?? ''));
    return new ShadowTraffic(config.shadow, { control, candidate }, logger);
  } catch (error) {
    logger.error({ error }, 'the candidate supergraph cannot be served: no query is tried on it');
    return undefined;
  }
}

/** Answers without a cache, counts against nobody's allowance, and writes no line for each operation. */
function replaying(live: GatewayParts, supergraph: SupergraphSource): Candidate {
  const { config } = live;
  const silent = createLogger({ level: 'silent', format: 'json' });
  const gateway = createGateway({
    ...live,
    config: { ...config, collapseRequests: false, rateLimits: { ...config.rateLimits, rules: [] } },
    supergraph,
    logger: silent,
    load: undefined,
    tracing: undefined,
    operationMetrics: undefined,
    entityCache: undefined,
    documents: new DocumentCache(config.documentCache),
  });
  return ownCandidate(gateway);
}

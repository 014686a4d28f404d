import { openStores } from '../../src/cache/open-stores.ts';
import { createConfig } from '../../src/config.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import type { HttpGatewayOptions } from '../http-kit/start-http-gateway.ts';

type SharedStores = Pick<HttpGatewayOptions, 'cacheLog' | 'farCache'> & Disposable;

/** What one gateway of several has in a Redis, patient as the machine of tests is busy. */
export function openSharedStores(url: string): SharedStores {
  const config = createConfig({
    supergraph: 'composed.graphql',
    redis: { urls: [url], timeoutMs: 5_000 },
  });
  const stores = openStores(config, createLogger({ level: 'silent', format: 'json' }));
  const { cache } = stores;
  return {
    cacheLog: stores.openLog({ tagsMax: 10_000 }),
    ...(cache === undefined ? {} : { farCache: cache }),
    [Symbol.dispose]: () => stores[Symbol.dispose](),
  };
}

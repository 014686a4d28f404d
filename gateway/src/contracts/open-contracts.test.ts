import test from 'ava';
import { createMemoryCache } from '../cache/memory-cache.ts';
import { createConfig } from '../config.ts';
import { sha256Of } from '../persisted-operations/persisted-operations.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openContracts } from './open-contracts.ts';

test('texts of clients are each contract’s own, also where gateways share them', async (t) => {
  const config = createConfig({ supergraph: 'x', contracts: { partner: {}, mobile: {} } });
  const logger = createLogger({ level: 'silent', format: 'json' });
  const readField = () => Promise.resolve(undefined);
  const shared = { cache: createMemoryCache(100_000), readField };
  using here = await openContracts(config, logger, shared);
  using elsewhere = await openContracts(config, logger, shared);
  const operations = (opened: typeof here, name: string) =>
    opened.contracts?.byName.get(name)?.persistedOperations;
  const text = '{ a }';
  operations(here, 'partner')?.remember(text);
  t.is(await operations(elsewhere, 'partner')?.find(sha256Of(text)), text);
  t.is(await operations(elsewhere, 'mobile')?.find(sha256Of(text)), undefined);
});

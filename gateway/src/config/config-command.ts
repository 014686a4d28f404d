import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import { contractFilters, openContracts } from '../contracts/open-contracts.ts';
import { loadHooks } from '../hooks/load-hooks.ts';
import { ManifestFiles } from '../persisted-operations/manifest-files.ts';
import { readSupergraph } from '../supergraph/read-supergraph.ts';
import { readSdlFile } from '../supergraph/sdl-file.ts';
import { createLogger } from '../telemetry/logger.ts';
import { parseCommandLine } from './command-line.ts';

/**
 * `config check [options]`: reads the configuration as serving would, and the files that it names.
 * Throws AppError BAD_USER_INPUT that lists every wrong option, SUPERGRAPH_UNAVAILABLE for a
 * supergraph that cannot be served. Nothing is asked for over the network.
 */
export async function runConfigCommand(
  args: readonly string[],
  print: (text: string) => void,
): Promise<void> {
  const [verb, ...options] = args;
  if (verb !== 'check') {
    throw new AppError('BAD_USER_INPUT', 'There is config check, and nothing else of config');
  }
  const config = readConfig(parseCommandLine(options));
  const { manifests: names } = config.persistedOperations;
  const logger = createLogger({ level: 'silent', format: 'json' });
  using manifests = new ManifestFiles({ manifests: names, pollIntervalMs: 0 }, logger);
  await manifests.start();
  using _contracts = await openContracts(config, logger, undefined);
  await loadHooks(config.hooks.modules);
  print(`The configuration is right. ${await describeSupergraph(config)}\n`);
}

async function describeSupergraph(config: Config): Promise<string> {
  const { supergraph } = config;
  if (supergraph === undefined)
    return 'The supergraph is composed from the subgraphs when it starts.';
  if (/^https?:/i.test(supergraph))
    return `The supergraph comes from ${supergraph} when it starts.`;
  const { facts } = readSupergraph(await readFile(supergraph), contractFilters(config));
  const count = facts.subgraphs.length;
  const unknown = facts.contracts.flatMap(({ name, unknownTags }) =>
    unknownTags.map((tag) => ` Nothing has the tag "${tag}" of the contract "${name}".`),
  );
  return `The supergraph has ${count} subgraph${count === 1 ? '' : 's'}.${unknown.join('')}`;
}

async function readFile(name: string): Promise<string> {
  try {
    return await readSdlFile(name, new AbortController().signal);
  } catch (cause) {
    throw new AppError('SUPERGRAPH_UNAVAILABLE', `Supergraph ${name} cannot be read`, { cause });
  }
}

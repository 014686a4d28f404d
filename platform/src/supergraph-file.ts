import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSubgraphs } from '@plaza/gateway/composition/compose-subgraphs';
import { createConfig } from '@plaza/gateway/config';
import type { ContractSdl } from '@plaza/gateway/contracts/contract-filter';
import { contractFilters } from '@plaza/gateway/contracts/open-contracts';
import {
  compareContracts,
  publishContracts,
  refuseBreaks,
} from '@plaza/gateway/contracts/published-contracts';
import { readSupergraph } from '@plaza/gateway/supergraph/read-supergraph';
import { contracts } from './contracts.ts';
import { repositoryRoot } from './repository-root.ts';
import { platformSubgraphs } from './subgraphs.ts';

const schemaFolder = join(repositoryRoot, 'schema');
const contractsFolder = join(schemaFolder, 'contracts');
const composeCommand = 'npm run compose --';

/** A file of `schema/` and what the code says that it should hold. */
interface EmittedSchema {
  /** Relative to the repository. */
  readonly file: string;
  readonly content: string;
}

/** What the code says that `schema/` should hold. */
interface EmittedSchemas {
  readonly files: readonly EmittedSchema[];
  /** Of what the gateway shows to some clients; their files are published. */
  readonly contracts: readonly ContractSdl[];
}

/** SDL of every subgraph and the supergraph, with the addresses of a developer's machine. */
async function emitSchemas(): Promise<EmittedSchemas> {
  const subgraphs = await Promise.all(
    platformSubgraphs.map(async ({ name, readConfig, printSdl }) => {
      const url = `http://localhost:${readConfig({}).port}/graphql`;
      return { name, url, sdl: await printSdl() };
    }),
  );
  const files = subgraphs.map(({ name, sdl }) => ({
    file: `schema/subgraphs/${name}.graphql`,
    content: `${sdl.trimEnd()}\n`,
  }));
  const content = composeSubgraphs(subgraphs);
  const filters = contractFilters(createConfig({ supergraph: 'schema', contracts }));
  const { facts } = readSupergraph(content, filters);
  return {
    files: [...files, { file: 'schema/supergraph.graphql', content }],
    contracts: facts.contracts,
  };
}

/**
 * Names of the files in `schema/` that differ from what the code says. Throws AppError when a contract
 * breaks its clients.
 */
export async function findStaleSchemas(): Promise<string[]> {
  const emitted = await emitSchemas();
  const differences = compareContracts(emitted.contracts, contractsFolder);
  refuseBreaks(differences, composeCommand);
  return [
    ...emitted.files.filter(isStale).map(({ file }) => file),
    ...differences.map(({ name }) => contractFile(name)),
  ];
}

/**
 * Writes `schema/`; resolves to the files that changed. Contracts may break their clients with a reason
 * only: without one this throws AppError when the rest is written.
 */
export async function writeSchemas(reason: string | undefined): Promise<string[]> {
  const emitted = await emitSchemas();
  const stale = emitted.files.filter(isStale);
  mkdirSync(join(schemaFolder, 'subgraphs'), { recursive: true });
  for (const { file, content } of stale) writeFileSync(join(repositoryRoot, file), content);
  const date = new Date().toISOString().slice(0, 10);
  const publication = { command: composeCommand, reason, date };
  const published = publishContracts(emitted.contracts, contractsFolder, publication);
  return [...stale.map(({ file }) => file), ...published.map(contractFile)];
}

function contractFile(name: string): string {
  return `schema/contracts/${name}.graphql`;
}

function isStale({ file, content }: EmittedSchema): boolean {
  const path = join(repositoryRoot, file);
  return !existsSync(path) || readFileSync(path, 'utf8') !== content;
}

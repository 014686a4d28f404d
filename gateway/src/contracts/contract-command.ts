import { parseArgs } from 'node:util';
import { AppError } from '@plaza/schema/errors';
import { readConfig } from '../config.ts';
import { readSupergraph } from '../supergraph/read-supergraph.ts';
import { readSdlFile } from '../supergraph/sdl-file.ts';
import type { ContractSdl } from './contract-filter.ts';
import { contractFilters } from './open-contracts.ts';
import { compareContracts, publishContracts, refuseBreaks } from './published-contracts.ts';

const helpText = `What the contracts of a configuration show, and whether that breaks their clients.

Usage
  plaza-gateway contract print <name> [--config <file>] [--supergraph <file>]
  plaza-gateway contract check        --published <folder> [--config <file>] [--supergraph <file>]
  plaza-gateway contract publish      --published <folder> [--reason <text>] [--config <file>]
                                      [--supergraph <file>]

  print    writes the schema of a contract to standard output
  check    ends with code 1 when a contract lacks something that was published of it
  publish  writes the schemas to the folder; of one that breaks clients only with a reason, which is
           kept beside them in published.yaml

Options
  --config <file>       YAML configuration with the contracts
  --supergraph <file>   Supergraph SDL, if the configuration does not name it
  --published <folder>  Where their schemas are published: <name>.graphql, and published.yaml
  --reason <text>       Why clients may be broken
`;

const publishCommand = 'plaza-gateway contract publish';

const flags = {
  config: { type: 'string' },
  supergraph: { type: 'string' },
  published: { type: 'string' },
  reason: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * `plaza-gateway contract`. Throws AppError BAD_USER_INPUT that says what to change, also for a
 * contract that breaks its clients; SUPERGRAPH_UNAVAILABLE when one cannot be made.
 */
export async function runContractCommand(
  args: readonly string[],
  print: (text: string) => void,
): Promise<void> {
  const { values, positionals } = parseFlags(args);
  const [verb, name, ...others] = positionals;
  if (values.help) return print(helpText);
  const isKnown = verb === 'print' ? name !== undefined : name === undefined;
  if (!['print', 'check', 'publish'].includes(verb ?? '') || !isKnown || others.length > 0) {
    throw badInput('there is print <name>, check and publish: see plaza-gateway contract --help');
  }
  const contracts = await readContracts(values);
  if (verb === 'print') return print(`${sdlOf(name ?? '', contracts)}\n`);
  if (values.published === undefined) throw badInput('--published names no folder');
  if (verb === 'publish') return publish(contracts, values.published, values.reason, print);
  const differences = compareContracts(contracts, values.published);
  refuseBreaks(differences, publishCommand);
  const told = differences.map(
    (one) => `The contract "${one.name}" has more than was published.\n`,
  );
  print(told.length > 0 ? told.join('') : 'All contracts are as they were published.\n');
}

function publish(
  contracts: readonly ContractSdl[],
  folder: string,
  reason: string | undefined,
  print: (text: string) => void,
): void {
  const date = new Date().toISOString().slice(0, 10);
  const publication = { command: publishCommand, reason: reason?.trim() || undefined, date };
  const written = publishContracts(contracts, folder, publication);
  print(written.length > 0 ? `Published ${written.join(', ')}.\n` : 'Nothing has changed.\n');
}

async function readContracts({
  config: file,
  supergraph: given,
}: ReturnType<typeof parseFlags>['values']): Promise<readonly ContractSdl[]> {
  const config = readConfig({
    config: file,
    options: given === undefined ? {} : { supergraph: given },
  });
  const { supergraph } = config;
  if (supergraph === undefined || /^https?:/i.test(supergraph)) {
    throw badInput('it reads a supergraph file: name one with --supergraph');
  }
  const sdl = await readSdlFile(supergraph, new AbortController().signal).catch(
    (cause: unknown) => {
      throw badInput(`supergraph ${supergraph} cannot be read`, cause);
    },
  );
  return readSupergraph(sdl, contractFilters(config)).facts.contracts;
}

function sdlOf(name: string, contracts: readonly ContractSdl[]): string {
  const contract = contracts.find((one) => one.name === name);
  if (contract !== undefined) return contract.apiSdl;
  const names = contracts.map((one) => one.name).join(', ') || 'none';
  throw badInput(`there is no contract "${name}"; those of the configuration: ${names}`);
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: true });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : '').split('. ');
    throw badInput(`${reason}. See plaza-gateway contract --help.`, error);
  }
}

function badInput(problem: string, cause?: unknown): AppError {
  return new AppError('BAD_USER_INPUT', `contract: ${problem}`, { cause });
}

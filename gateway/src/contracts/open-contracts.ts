import type { Config } from '../config.ts';
import type { SharedOperations } from '../persisted-operations/open-persisted-operations.ts';
import {
  openPersistedOperations,
  ownOperations,
} from '../persisted-operations/open-persisted-operations.ts';
import type { PersistedOperations } from '../persisted-operations/persisted-operations.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ContractFilter } from './contract-filter.ts';

/** A part of the graph that some clients see, and how they are served. */
export interface Contract {
  readonly name: string;
  /** That of the gateway with what differs for this contract. */
  readonly config: Config;
  readonly persistedOperations: PersistedOperations;
}

/** The contracts of a gateway. */
export interface Contracts {
  readonly byName: ReadonlyMap<string, Contract>;
  /** The one of clients that ask for none; undefined: they see the whole graph. */
  readonly defaultName: string | undefined;
}

export interface OpenedContracts extends Disposable {
  /** Undefined where none is configured. */
  readonly contracts: Contracts | undefined;
}

/** What the contracts of a configuration show. */
export function contractFilters({
  contracts,
}: Pick<Config, 'contracts'>): readonly ContractFilter[] {
  return Object.entries(contracts).map(([name, { include, exclude, hideUnreachableTypes }]) => ({
    name,
    include,
    exclude,
    hideUnreachableTypes,
  }));
}

/**
 * Reads the manifests of all contracts and goes on watching them. `shared` is what all gateways
 * have in Redis. Rejects with AppError BAD_USER_INPUT for a manifest that cannot be read.
 */
export async function openContracts(
  config: Config,
  logger: Logger,
  shared: SharedOperations | undefined,
): Promise<OpenedContracts> {
  using stack = new DisposableStack();
  const contracts: Contract[] = [];
  for (const [name, settings] of Object.entries(config.contracts)) {
    const own = configOf(settings, config);
    const opened = await openPersistedOperations(own, logger, shared, name);
    contracts.push({ name, config: own, persistedOperations: stack.use(opened).operations });
  }
  const open = stack.move();
  return {
    contracts: toContracts(contracts, config),
    [Symbol.dispose]: () => open[Symbol.dispose](),
  };
}

/** The same without manifests, for a gateway that reads no files. */
export function ownContracts(config: Config, logger: Logger): Contracts | undefined {
  const contracts = Object.entries(config.contracts).map(([name, settings]) => {
    const own = configOf(settings, config);
    return { name, config: own, persistedOperations: ownOperations(own, logger, name) };
  });
  return toContracts(contracts, config);
}

function toContracts(
  contracts: readonly Contract[],
  { defaultContract }: Config,
): Contracts | undefined {
  if (contracts.length === 0) return undefined;
  const byName = new Map(contracts.map((contract) => [contract.name, contract]));
  return { byName, defaultName: defaultContract };
}

/** Manifests are never those of the whole graph: a contract has none unless it names them. */
function configOf(
  { limits, introspection, persistedOperations }: Config['contracts'][string],
  config: Config,
): Config {
  return {
    ...config,
    limits: { ...config.limits, ...limits },
    introspection: introspection ?? config.introspection,
    persistedOperations: {
      ...config.persistedOperations,
      redisManifest: undefined,
      ...persistedOperations,
    },
  };
}

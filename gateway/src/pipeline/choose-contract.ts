import { AppError } from '@plaza/schema/errors';
import type { Contract, Contracts } from '../contracts/open-contracts.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { GraphView, SupergraphSnapshot } from '../supergraph/snapshot.ts';

/**
 * The contract that a request is served by; undefined for one that sees the whole graph. A client whose
 * API key is for a contract gets that one alone; others get the one that their path names, or else the
 * default. Throws AppError FORBIDDEN for one that is not the client's to use, UNAUTHENTICATED if it
 * could be with credentials.
 */
export function chooseContract(
  { contract: asked }: { readonly contract?: string | undefined },
  viewer: Pick<Viewer, 'contract' | 'scopes'> | undefined,
  contracts: Contracts | undefined,
): Contract | undefined {
  const granted = viewer?.contract;
  if (contracts === undefined && granted === undefined) return undefined;
  if (granted !== undefined && asked !== undefined && asked !== granted) {
    throw new AppError(
      'FORBIDDEN',
      `The API key is for "${granted}": send it to /graphql/${granted}`,
    );
  }
  const name = granted ?? asked ?? contracts?.defaultName;
  if (name === undefined) return undefined;
  const contract = contracts?.byName.get(name);
  if (contract === undefined) throw new AppError('FORBIDDEN', `"${name}" is not served here`);
  requireAllowed(contract, viewer);
  return contract;
}

/** What the clients of a contract see of a supergraph. */
export function viewOf(supergraph: SupergraphSnapshot, contract: Contract | undefined): GraphView {
  if (contract === undefined) return supergraph;
  const view = supergraph.contracts.get(contract.name);
  if (view !== undefined) return view;
  const message = `The supergraph was built without the contract "${contract.name}"`;
  throw new AppError('INTERNAL_SERVER_ERROR', message);
}

function requireAllowed(
  { name, config }: Contract,
  viewer: Pick<Viewer, 'contract' | 'scopes'> | undefined,
): void {
  const { clients, requiredScopes } = config.contracts[name] ?? { requiredScopes: [] };
  const code = viewer === undefined ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  if (clients === 'apiKeys' && viewer?.contract !== name) {
    throw new AppError(code, `"${name}" needs an API key that is for it`);
  }
  if (requiredScopes.length === 0) return;
  const isMet = requiredScopes.some((set) => set.every((scope) => viewer?.scopes.has(scope)));
  if (isMet) return;
  const sets = requiredScopes.map((set) => set.join(' and ')).join(', or ');
  throw new AppError(code, `"${name}" requires the scope ${sets}.`);
}

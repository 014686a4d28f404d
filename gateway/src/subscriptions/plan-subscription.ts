import type { Config } from '../config.ts';
import type { Contracts } from '../contracts/open-contracts.ts';
import type { DocumentCache } from '../document-cache.ts';
import type { Viewer } from '../identity/viewer.ts';
import { authorizeOperation } from '../pipeline/authorize-operation.ts';
import { chooseContract, viewOf } from '../pipeline/choose-contract.ts';
import { chooseOverrides } from '../pipeline/choose-overrides.ts';
import { coerceVariables } from '../pipeline/coerce-variables.ts';
import { decidePolicies } from '../pipeline/decide-policies.ts';
import { deferFragments } from '../pipeline/defer-fragments.ts';
import { planOperation } from '../pipeline/plan-operation.ts';
import type { PolicyDecider } from '../policies/policy-decider.ts';
import { readOperation } from '../read-operation.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { ChannelPlan, SubscriptionRequest } from './channel-plan.ts';
import { createChannelPlan } from './channel-plan.ts';

interface PlanningParts {
  readonly config: Config;
  readonly contracts: Contracts | undefined;
  readonly documents: DocumentCache;
  readonly policies: PolicyDecider | undefined;
}

/**
 * Takes a subscription that has begun through the stages again, on another supergraph or for another
 * viewer. Throws AppError as those stages do.
 */
export async function planSubscription(
  request: SubscriptionRequest,
  supergraph: SupergraphSnapshot,
  viewer: Viewer | undefined,
  { config: ownConfig, contracts, documents, policies }: PlanningParts,
): Promise<ChannelPlan> {
  const contract = chooseContract(request, viewer, contracts);
  const view = viewOf(supergraph, contract);
  const config = contract?.config ?? ownConfig;
  const { authorization, introspection, planCache } = config;
  const asked = await readOperation(request, view, { config, documents });
  const variables = coerceVariables(asked, request.variables, view, introspection);
  const whole = deferFragments(asked, view, { variables, takesParts: false });
  const decisions = await decidePolicies(whole, view, viewer, policies);
  const allowed = authorizeOperation(whole, view, viewer, authorization, decisions);
  const operation = chooseOverrides(allowed, view, request.overrides);
  const plan = await planOperation(operation, supergraph, {
    planCacheEntriesMax: planCache.entriesMax,
  });
  return createChannelPlan({ request, supergraph, view, operation, variables, plan }, viewer);
}

import type { Config } from '../config.ts';
import type { Viewer } from '../identity/viewer.ts';
import { authorizeOperation } from '../pipeline/authorize-operation.ts';
import { chooseOverrides } from '../pipeline/choose-overrides.ts';
import { coerceVariables } from '../pipeline/coerce-variables.ts';
import { deferFragments } from '../pipeline/defer-fragments.ts';
import { planOperation } from '../pipeline/plan-operation.ts';
import type { ReadingParts } from '../read-operation.ts';
import { readOperation } from '../read-operation.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { ChannelPlan, SubscriptionRequest } from './channel-plan.ts';
import { createChannelPlan } from './channel-plan.ts';

type PlanningParts = ReadingParts & {
  readonly config: Pick<Config, 'authorization' | 'planCache'>;
};

/**
 * Takes a subscription that has begun through the stages again, on another supergraph or for another
 * viewer. Throws AppError as those stages do.
 */
export async function planSubscription(
  request: SubscriptionRequest,
  supergraph: SupergraphSnapshot,
  viewer: Viewer | undefined,
  parts: PlanningParts,
): Promise<ChannelPlan> {
  const { authorization, planCache } = parts.config;
  const asked = await readOperation(request, supergraph, parts);
  const variables = coerceVariables(asked, request.variables, supergraph);
  const whole = deferFragments(asked, supergraph, { variables, takesParts: false });
  const allowed = authorizeOperation(whole, supergraph, viewer, authorization.unauthorizedFields);
  const operation = chooseOverrides(allowed, supergraph, request.overrides);
  const plan = await planOperation(operation, supergraph, {
    planCacheEntriesMax: planCache.entriesMax,
  });
  return createChannelPlan({ request, supergraph, operation, variables, plan }, viewer);
}

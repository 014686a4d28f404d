import type { Config } from '../config.ts';
import { countCost } from '../operation-cost/count-cost.ts';
import type { EstimatedCost } from '../operation-cost/estimate-cost.ts';
import type { ExecutedPlan } from '../query-plan/execute-plan.ts';
import type { RateLimiter, RateSubject } from '../rate-limits/rate-limiter.ts';
import { concerns } from '../rate-limits/rate-limiter.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import { selectsFieldOf } from './limit-rate.ts';
import type { NormalizedOperation } from './normalize-operation.ts';
import type { ProjectedResponse } from './project-response.ts';

/** The response with what it did cost, where `limits.costCounted` says to count it. */
export function countResponse(
  response: ProjectedResponse,
  { data }: ExecutedPlan,
  asked: {
    readonly operation: NormalizedOperation;
    readonly supergraph: SupergraphSnapshot;
    readonly variables: Readonly<Record<string, unknown>>;
  },
  { costCounted }: Config['limits'],
): ProjectedResponse {
  if (!costCounted) return response;
  const { operation, fragments, dataKeys } = asked.operation;
  const { apiSchema: schema, costRules: rules } = asked.supergraph;
  const costly = { operation, fragments, variables: asked.variables };
  return { ...response, cost: countCost(costly, { schema, rules }, { data, dataKeys }) };
}

/**
 * Gives budgets of cost what an operation did not use of its estimate, or takes what it used beyond.
 * Whoever shares a response pays for it; one that a cache knew stays at its estimate.
 */
export function settleCost(
  actualCost: number,
  estimated: EstimatedCost,
  limiter: RateLimiter,
  subject: RateSubject,
): void {
  if (actualCost === estimated.cost) return;
  const rules = limiter.rules.filter(
    (rule) =>
      rule.unit === 'cost' && selectsFieldOf(rule, estimated.selects) && concerns(rule, subject),
  );
  if (rules.length > 0) limiter.settle(rules, subject, actualCost - estimated.cost);
}

import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import type { EstimatedCost } from '../operation-cost/estimate-cost.ts';
import { estimateCost } from '../operation-cost/estimate-cost.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/** Fields named in one error. */
const namedMax = 5;

/** Whether anything depends on what operations cost, or on which fields they select. */
export function needsEstimate({
  limits,
  rateLimits,
}: Pick<Config, 'limits' | 'rateLimits'>): boolean {
  return (
    limits.costMax !== undefined ||
    limits.costCounted ||
    rateLimits.rules.some(({ unit, fields }) => unit === 'cost' || fields.length > 0)
  );
}

/**
 * Estimates what an operation may cost at most. Throws AppError OPERATION_TOO_COMPLEX when that is
 * more than `limits.costMax`, or when a list has no size although its schema demands one; with
 * `limits.costMode: measure` nothing is refused.
 */
export function limitCost(
  { operation, fragments }: NormalizedOperation,
  { apiSchema: schema, costRules: rules }: SupergraphSnapshot,
  variables: Readonly<Record<string, unknown>>,
  { costMax, costMode, listSizeAssumed: assumedListSize }: Config['limits'],
): EstimatedCost {
  const estimated = estimateCost(
    { operation, fragments, variables },
    { schema, rules, assumedListSize },
  );
  if (costMax === undefined || costMode === 'measure') return estimated;
  if (estimated.cost > costMax) {
    throw new AppError(
      'OPERATION_TOO_COMPLEX',
      `The operation may cost ${estimated.cost}; ${costMax} is allowed (costMax). Ask for fewer items or fields.`,
      { details: { limit: 'costMax', value: estimated.cost, allowed: costMax } },
    );
  }
  const [first, ...others] = estimated.unsliced;
  if (first !== undefined) {
    const names = [first, ...others].slice(0, namedMax).join(', ');
    throw new AppError(
      'OPERATION_TOO_COMPLEX',
      `Say how many items you want: ${names} needs exactly one of its size arguments.`,
    );
  }
  return estimated;
}

import { AppError } from '@plaza/schema/errors';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import { costVariables } from '../operation-cost/cost-variables.ts';
import type { EstimatedCost } from '../operation-cost/estimate-cost.ts';
import { estimateCost } from '../operation-cost/estimate-cost.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/** Fields named in one error. */
const namedMax = 5;

type CostlyView = Pick<SupergraphSnapshot, 'apiSchema' | 'costRules'>;

/** Estimates of one operation, by the values of the variables on which they depend. */
interface KnownEstimates {
  readonly names: readonly string[];
  readonly byValues: LRUCache<string, EstimatedCost>;
}

const estimatesMax = 100;
const estimates = new WeakMap<NormalizedOperation, KnownEstimates>();

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
  operation: NormalizedOperation,
  view: CostlyView,
  variables: Readonly<Record<string, unknown>>,
  { costMax, costMode, listSizeAssumed }: Config['limits'],
): EstimatedCost {
  const estimated = knownEstimate(operation, view, variables, listSizeAssumed);
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

/** Estimates depend on few variables, nearly always on none: each is made once. */
function knownEstimate(
  normalized: NormalizedOperation,
  { apiSchema: schema, costRules: rules }: CostlyView,
  variables: Readonly<Record<string, unknown>>,
  assumedListSize: number,
): EstimatedCost {
  const { document, operation, fragments } = normalized;
  let known = estimates.get(normalized);
  if (known === undefined) {
    const names = costVariables(document, { schema, rules });
    known = { names, byValues: new LRUCache({ max: estimatesMax }) };
    estimates.set(normalized, known);
  }
  const { names, byValues } = known;
  const values = names.length === 0 ? '' : JSON.stringify(names.map((name) => variables[name]));
  let estimated = byValues.get(values);
  if (estimated === undefined) {
    const settings = { schema, rules, assumedListSize };
    estimated = estimateCost({ operation, fragments, variables }, settings);
    byValues.set(values, estimated);
  }
  return estimated;
}

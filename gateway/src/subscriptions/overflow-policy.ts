import type { Config } from '../config.ts';
import { isObject } from '../query-plan/merge-data.ts';
import { ownValue } from '../query-plan/own-value.ts';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { OverflowRule } from './live-event.ts';
import type { SourceField } from './subscription-source.ts';

/** What becomes of too many events of one subscription field. */
export interface OverflowPolicy {
  readonly overflow: OverflowRule;
  readonly eventsPerSecondMax: number;
  /** Tells events that replace each other from those that do not. */
  keyOf(response: SubgraphResponse): string;
}

/** The policy of a field: its own settings over those of all. */
export function overflowPolicyOf(
  { coordinate, responseName }: SourceField,
  { fields, overflow, eventsPerSecondMax }: Config['subscriptions'],
): OverflowPolicy {
  const own = Object.hasOwn(fields, coordinate) ? fields[coordinate] : undefined;
  const path = own?.coalesceBy?.split('.');
  return {
    overflow: own?.overflow ?? overflow,
    eventsPerSecondMax: own?.eventsPerSecondMax ?? eventsPerSecondMax,
    keyOf: path === undefined ? () => '' : ({ data }) => keyAt(data, [responseName, ...path]),
  };
}

/** An event without such a value can be replaced by any other one. */
function keyAt(data: unknown, path: readonly string[]): string {
  let value = data;
  for (const name of path) value = isObject(value) ? ownValue(value, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

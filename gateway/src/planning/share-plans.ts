import { createHash } from 'node:crypto';
import { print } from 'graphql';
import type { Cache } from '../cache/cache.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import type { PlannableOperation, QueryPlanner } from '../query-plan/planner.ts';
import { plannerVersion } from './planner-version.ts';

export interface PlanSharing {
  readonly cache: Pick<Cache, 'get' | 'set'>;
  /** Hash of the supergraph that the planner plans on. */
  readonly supergraphHash: string;
  /** Time that others find a plan. */
  readonly ttlMs: number;
}

/** Longest plan that is shared; that of an operation with 120 fetches has 200,000 characters. */
const planCharactersMax = 4_000_000;
const digestCharacters = 64;

/** A planner that takes plans which another process has made, and gives its own to others. */
export function sharePlans(
  planner: QueryPlanner,
  { cache, supergraphHash, ttlMs }: PlanSharing,
): QueryPlanner {
  return {
    retire: () => planner.retire(),
    plan: async (operation) => {
      const key = keyOf(operation, supergraphHash);
      const shared = unseal(key, await cache.get(key));
      if (shared !== undefined) return shared;
      const plan = await planner.plan(operation);
      const text = JSON.stringify(plan);
      if (text.length <= planCharactersMax) void cache.set(key, seal(key, text), { ttlMs });
      return plan;
    },
  };
}

/** All that a plan is made of. The document is the one that is planned, not the client's. */
function keyOf(
  { planDocument, operationName, activeLabels }: PlannableOperation,
  supergraphHash: string,
): string {
  const operation = [operationName, print(planDocument), activeLabels];
  return `plan:${digest(JSON.stringify([plannerVersion, supergraphHash, ...operation]))}`;
}

/** Puts a digest of key and plan before the plan: it tells what is damaged, or of another key. */
function seal(key: string, plan: string): string {
  return digest(key + plan) + plan;
}

function unseal(key: string, sealed: string | undefined): QueryPlan | undefined {
  if (sealed === undefined) return undefined;
  const plan = sealed.slice(digestCharacters);
  const isWhole = sealed.slice(0, digestCharacters) === digest(key + plan);
  return isWhole ? (JSON.parse(plan) as QueryPlan) : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

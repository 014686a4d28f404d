import type { Schema, Supergraph } from '@apollo/federation-internals';
import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner as ApolloQueryPlanner } from '@apollo/query-planner';
import { AppError } from '@plaza/schema/errors';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { hasDefer, markDeferred } from '../incremental-delivery/mark-deferred.ts';
import type { EntityKeys } from '../supergraph/entity-keys.ts';
import type { JoinedFields } from '../supergraph/joined-fields.ts';
import type { SyntheticFields } from '../supergraph/synthetic-fields.ts';
import { flattenFragments } from './flatten-fragments.ts';
import { mapFetchNodes } from './map-fetch-nodes.ts';
import { openRootFetch } from './open-root-fragments.ts';
import { orderFetches } from './order-fetches.ts';
import type { PlanNode, QueryPlan } from './plan-node.ts';
import type { PlannableOperation, QueryPlanner } from './planner.ts';
import { resolveSyntheticFields } from './resolve-synthetic-fields.ts';
import { runWithin } from './run-within.ts';
import { splitByRequirements } from './split-by-requirements.ts';
import { findUnansweredRootFields } from './unanswered-root-fields.ts';
import { hasUnmetRequirements } from './unmet-requirements.ts';

export interface PlannerParts {
  /** The supergraph to plan on: synthetic fields added, resolvable keys first. */
  readonly supergraph: Supergraph;
  /** The schema of client operations, of the supergraph as it was loaded. */
  readonly apiSchema: Schema;
  /** The same for graphql-js. */
  readonly clientSchema: GraphQLSchema;
  readonly syntheticFields: SyntheticFields;
  readonly entityKeys: EntityKeys;
  /** For supergraphs with chained requirements, which the planner gets wrong now and then. */
  readonly isolation?: RequirementIsolation;
}

/** What it takes to find a plan with unmet requirements, and to make a better one. */
export interface RequirementIsolation {
  readonly joinedFields: JoinedFields;
  /** The subgraphs behind those that only the planner knows, by name. */
  readonly realNames: ReadonlyMap<string, string>;
  /** Takes as long as building the other supergraph did. */
  readonly buildSupergraph: () => Supergraph;
}

/** Plans with Apollo's planner in the calling thread, and repairs what it gets wrong. */
export function createPlanner(parts: PlannerParts): QueryPlanner {
  const planner = createApolloPlanner(parts.supergraph);
  const isolating = parts.isolation && new IsolatingPlanner(parts.isolation, parts);
  return {
    retire: () => undefined,
    plan: async (operation) => {
      const ownPlan = () => planWithApollo(planner, operation, parts);
      const plan = isolating === undefined ? ownPlan() : isolating.improve(operation, ownPlan);
      const unanswered = findUnansweredRootFields(operation.planDocument, plan);
      return {
        kind: 'QueryPlan',
        ...(plan.node === undefined ? {} : { node: repair(plan.node, parts) }),
        ...(unanswered.length === 0 ? {} : { unanswered }),
      };
    },
  };
}

function createApolloPlanner(supergraph: Supergraph): ApolloQueryPlanner {
  return new ApolloQueryPlanner(supergraph, {
    incrementalDelivery: { enableDefer: true },
    // Fragments save bytes on the wire, but cost most of the planning time.
    reuseQueryFragments: false,
  });
}

/**
 * Time to plan an operation anew, in milliseconds. Where an operation selects a link of a chain below
 * an object that another link requires, the planner may walk in a circle of fetches.
 */
const replanTimeoutMs = 2_000;

/** Plans anew what the planner got wrong; its supergraph is built when it is first needed. */
class IsolatingPlanner {
  readonly #isolation: RequirementIsolation;
  readonly #parts: PlannerParts;
  #planner: ApolloQueryPlanner | undefined;

  constructor(isolation: RequirementIsolation, parts: PlannerParts) {
    this.#isolation = isolation;
    this.#parts = parts;
  }

  /** The planner's own plan if that is right, else another. Throws what the planner throws. */
  improve(operation: PlannableOperation, planOnItsOwn: () => QueryPlan): QueryPlan {
    const { joinedFields } = this.#isolation;
    const { entityKeys } = this.#parts;
    let refusal: unknown;
    try {
      const plan = planOnItsOwn();
      if (!hasUnmetRequirements(plan, { joinedFields, entityKeys })) return plan;
    } catch (error) {
      if (error instanceof AppError && error.code === 'OPERATION_TOO_COMPLEX') throw error;
      refusal = error;
    }
    try {
      return this.#replan(operation);
    } catch (error) {
      throw refusal ?? error;
    }
  }

  #replan(operation: PlannableOperation): QueryPlan {
    const { realNames, buildSupergraph } = this.#isolation;
    const planner = this.#planner ?? createApolloPlanner(buildSupergraph());
    // One that was ended in the middle of its work is not used again.
    this.#planner = undefined;
    const plan = runWithin(replanTimeoutMs, () => planWithApollo(planner, operation, this.#parts));
    this.#planner = planner;
    if (plan.node === undefined) return plan;
    const node = mapFetchNodes(plan.node, (fetch) => [
      { ...fetch, serviceName: realNames.get(fetch.serviceName) ?? fetch.serviceName },
    ]);
    return { ...plan, node };
  }
}

function repair(
  node: PlanNode,
  { clientSchema, syntheticFields, entityKeys }: PlannerParts,
): PlanNode {
  const ordered = syntheticFields.requirements.size === 0 ? node : orderFetches(node);
  return mapFetchNodes(ordered, (fetch) =>
    splitByRequirements(fetch, syntheticFields, entityKeys).map((part) =>
      openRootFetch(resolveSyntheticFields(part, syntheticFields), clientSchema),
    ),
  );
}

function planWithApollo(
  planner: ApolloQueryPlanner,
  { planDocument, operationName, activeLabels }: PlannableOperation,
  { apiSchema, clientSchema }: PlannerParts,
): QueryPlan {
  const overrideConditions = new Map(activeLabels.map((label) => [label, true]));
  const plan = (document: DocumentNode): QueryPlan => {
    const operation = operationFromDocument(apiSchema, document, {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
    // The planner's types say `x?: T` where it writes `x: undefined`; as JSON both are the same.
    return JSON.parse(
      JSON.stringify(planner.buildQueryPlan(operation, { overrideConditions })),
    ) as QueryPlan;
  };
  const isWhole = (candidate: QueryPlan): boolean =>
    findUnansweredRootFields(planDocument, candidate).length === 0;
  try {
    const own = plan(planDocument);
    if (isWhole(own)) return own;
    return firstPlan(otherForms(planDocument, clientSchema), plan, isWhole) ?? own;
  } catch (error) {
    const refusal = planningError(error);
    if (refusal.code === 'OPERATION_TOO_COMPLEX') throw refusal;
    const other = firstPlan(otherForms(planDocument, clientSchema), plan, () => true);
    if (other !== undefined) return other;
    // What is wrong with the client's own document says more.
    throw refusal;
  }
}

/** The first plan that will do; undefined when no document has one. */
function firstPlan(
  documents: Iterable<DocumentNode>,
  plan: (document: DocumentNode) => QueryPlan,
  willDo: (plan: QueryPlan) => boolean,
): QueryPlan | undefined {
  for (const document of documents) {
    try {
      const candidate = plan(document);
      if (willDo(candidate)) return candidate;
    } catch {
      // Another one may do.
    }
  }
  return undefined;
}

/** Documents that ask for the same, for a planner that cannot take the first. */
function* otherForms(document: DocumentNode, schema: GraphQLSchema): Generator<DocumentNode> {
  yield flattenFragments(document, schema);
  if (!hasDefer(document)) return;
  // All at once: the parts of the answer then follow when the first does.
  const { document: whole } = markDeferred(document, () => false);
  yield whole;
  yield flattenFragments(whole, schema);
}

/** What the planner throws is its own affair; the client learns what that means for its operation. */
function planningError(cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : '';
  if (/exceeded|exceeds/i.test(reason)) {
    return new AppError(
      'OPERATION_TOO_COMPLEX',
      'The operation has too many selections to plan. Ask for less at once.',
      { cause },
    );
  }
  return new AppError(
    'GRAPHQL_VALIDATION_FAILED',
    'No subgraphs can answer this operation together.',
    { cause },
  );
}

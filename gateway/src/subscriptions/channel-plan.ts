import { AppError } from '@plaza/schema/errors';
import type { FieldNode } from 'graphql';
import { getArgumentValues, Kind, parse } from 'graphql';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import { writeVariables } from '../query-plan/call-subgraph.ts';
import type { EventSource } from '../query-plan/compile-plan.ts';
import { compilePlan } from '../query-plan/compile-plan.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import { refuseUnanswered } from '../query-plan/unanswered-root-fields.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { SourceField, SourceRequest } from './subscription-source.ts';

/** What a channel runs for each event; a reload of the supergraph replaces it as a whole. */
export interface ChannelPlan {
  readonly supergraph: SupergraphSnapshot;
  readonly operation: NormalizedOperation;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly plan: QueryPlan;
  readonly source: EventSource;
}

/**
 * The plan of a subscription with its source found. Throws AppError GRAPHQL_VALIDATION_FAILED when
 * there is none: no subgraph has the field, or `@skip` leaves nothing to subscribe to.
 */
export function createChannelPlan(planned: Omit<ChannelPlan, 'source'>): ChannelPlan {
  const { plan, supergraph, variables } = planned;
  refuseUnanswered(plan, variables);
  const source = compilePlan(plan, supergraph).root;
  if (source?.kind === 'EventSource') return { ...planned, source };
  throw new AppError('GRAPHQL_VALIDATION_FAILED', 'The subscription selects no field to follow.');
}

/** What the upstream of a channel is asked for. `headers` are those that the subgraph may see. */
export function sourceRequestOf(
  { source, supergraph, variables }: ChannelPlan,
  headers: Readonly<Record<string, string>>,
): SourceRequest {
  const { node, opening } = source.primary;
  const text = writeVariables({ variables }, node);
  const sent = JSON.parse(`{${text}}`) as Record<string, unknown>;
  return {
    subgraph: node.serviceName,
    operation: node.operation,
    operationName: node.operationName,
    variables: sent,
    body: `${opening}${text}}}`,
    field: fieldOf(node.operation, sent, supergraph),
    headers,
  };
}

function fieldOf(
  operation: string,
  variables: Readonly<Record<string, unknown>>,
  { executionSchema }: SupergraphSnapshot,
): SourceField {
  const node = rootFieldOf(operation);
  const type = executionSchema.getSubscriptionType();
  const definition = node && type?.getFields()[node.name.value];
  if (!definition) {
    throw new AppError('INTERNAL_SERVER_ERROR', 'The plan subscribes to a field of no schema');
  }
  const name = node.name.value;
  return {
    coordinate: `${type.name}.${name}`,
    name,
    responseName: node.alias?.value ?? name,
    arguments: getArgumentValues(definition, node, variables),
  };
}

function rootFieldOf(operation: string): FieldNode | undefined {
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    return definition.selectionSet.selections.find((node) => node.kind === Kind.FIELD);
  }
  return undefined;
}

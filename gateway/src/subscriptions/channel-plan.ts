import { AppError } from '@plaza/schema/errors';
import type { FieldNode } from 'graphql';
import { getArgumentValues, Kind, parse } from 'graphql';
import type { EventFeed } from '../event-sources/event-feed.ts';
import { resolveFeed } from '../event-sources/event-feed.ts';
import { eventSourceSubgraph } from '../event-sources/join-event-sources.ts';
import type { OperationRequest } from '../gateway.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { OverrideChoice } from '../pipeline/choose-overrides.ts';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import { writeVariables } from '../query-plan/call-subgraph.ts';
import type { EventSource } from '../query-plan/compile-plan.ts';
import { compilePlan } from '../query-plan/compile-plan.ts';
import type { QueryPlan } from '../query-plan/plan-node.ts';
import { refuseUnanswered } from '../query-plan/unanswered-root-fields.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { SourceField, SourceRequest } from './subscription-source.ts';

/** What the client sent, and what was drawn for it: enough to plan it again. */
export interface SubscriptionRequest
  extends Pick<OperationRequest, 'query' | 'operationName' | 'variables'> {
  readonly overrides: OverrideChoice;
}

/** What a channel runs for each event; a reload of the supergraph replaces it as a whole. */
export interface ChannelPlan {
  readonly request: SubscriptionRequest;
  readonly supergraph: SupergraphSnapshot;
  readonly operation: NormalizedOperation;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly plan: QueryPlan;
  readonly source: EventSource;
  /** What the viewer gets of the bus; undefined for a field that a subgraph feeds. */
  readonly feed: EventFeed | undefined;
}

/**
 * The plan of a subscription with its source found. Throws AppError GRAPHQL_VALIDATION_FAILED when
 * there is none: no subgraph has the field, or `@skip` leaves nothing to subscribe to; and what
 * `resolveFeed` throws for a field that a topic feeds.
 */
export function createChannelPlan(
  planned: Omit<ChannelPlan, 'source' | 'feed'>,
  viewer: Viewer | undefined,
): ChannelPlan {
  const { plan, supergraph, variables } = planned;
  refuseUnanswered(plan, variables);
  const source = compilePlan(plan, supergraph).root;
  if (source?.kind !== 'EventSource') {
    const message = 'The subscription selects no field to follow.';
    throw new AppError('GRAPHQL_VALIDATION_FAILED', message);
  }
  // A request holds more than is to be kept as long as the subscription lasts.
  const { query, operationName, variables: given, overrides } = planned.request;
  const request = { query, operationName, variables: given ?? {}, overrides };
  return { ...planned, request, source, feed: feedOf({ ...planned, source }, viewer) };
}

function feedOf(
  { source: { primary }, supergraph, variables }: Omit<ChannelPlan, 'feed'>,
  viewer: Viewer | undefined,
): EventFeed | undefined {
  const { node } = primary;
  if (node.serviceName !== eventSourceSubgraph) return undefined;
  const sent = JSON.parse(`{${writeVariables({ variables }, node)}}`);
  const field = fieldOf(node.operation, sent, supergraph);
  const rule = supergraph.eventSources.get(field.name);
  return rule && resolveFeed(rule, field.arguments, viewer);
}

/** False when whoever gets the same events gets the same answer: nothing is asked for in their name. */
export function dependsOnHeaders({ feed, source }: ChannelPlan): boolean {
  return feed === undefined || source.rest !== undefined;
}

/** What the upstream of a channel is asked for. `headers` are those that the subgraph may see. */
export function sourceRequestOf(
  { source, supergraph, variables, feed }: ChannelPlan,
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
    headers: feed === undefined ? headers : {},
    feed,
  };
}

function fieldOf(
  operation: string,
  variables: Readonly<Record<string, unknown>>,
  { apiSchema }: SupergraphSnapshot,
): SourceField {
  const node = rootFieldOf(operation);
  const type = apiSchema.getSubscriptionType();
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

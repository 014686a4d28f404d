import { AppError } from '@plaza/schema/errors';
import type { FieldNode } from 'graphql';
import { getArgumentValues, Kind, parse } from 'graphql';
import type { EventFeed } from '../event-sources/event-feed.ts';
import { resolveFeed } from '../event-sources/event-feed.ts';
import { eventSourceSubgraph } from '../event-sources/join-event-sources.ts';
import { createPayloadResponder } from '../event-sources/payload-response.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { OperationRequest } from '../operation-request.ts';
import type { OverrideChoice } from '../pipeline/choose-overrides.ts';
import type { NormalizedOperation } from '../pipeline/normalize-operation.ts';
import { writeVariables } from '../query-plan/call-subgraph.ts';
import type { EventSource } from '../query-plan/compile-plan.ts';
import { compilePlan } from '../query-plan/compile-plan.ts';
import type { FetchNode, QueryPlan } from '../query-plan/plan-node.ts';
import { refuseUnanswered } from '../query-plan/unanswered-root-fields.ts';
import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { GraphView, SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { SourceField, SourceRequest } from './subscription-source.ts';

/** What the client sent, and what was drawn for it: enough to plan it again. */
export interface SubscriptionRequest
  extends Pick<OperationRequest, 'query' | 'operationName' | 'variables' | 'contract'> {
  readonly overrides: OverrideChoice;
}

/** What a channel runs for each event; a reload of the supergraph replaces it as a whole. */
export interface ChannelPlan {
  readonly request: SubscriptionRequest;
  readonly supergraph: SupergraphSnapshot;
  /** What its clients see of the supergraph. */
  readonly view: GraphView;
  readonly operation: NormalizedOperation;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly plan: QueryPlan;
  readonly source: EventSource;
  /** What the viewer gets of the bus; undefined for a field that a subgraph feeds. */
  readonly feed: EventFeed | undefined;
  /** Makes the answer to the primary fetch of an announcement of the feed's topic. */
  readonly answerAnnouncement: ((payload: unknown) => SubgraphResponse) | undefined;
}

/** A plan whose source has not been looked for. */
export type PlannedSubscription = Pick<
  ChannelPlan,
  'request' | 'supergraph' | 'view' | 'operation' | 'variables' | 'plan'
>;

/**
 * The plan of a subscription with its source found. Throws AppError GRAPHQL_VALIDATION_FAILED when
 * there is none: no subgraph has the field, or `@skip` leaves nothing to subscribe to; and what
 * `resolveFeed` throws for a field that a topic feeds.
 */
export function createChannelPlan(
  planned: PlannedSubscription,
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
  // Not the one that was asked for: an API key or the default may have chosen it.
  const { contract } = planned.view;
  const request = { query, operationName, variables: given ?? {}, contract, overrides };
  return { ...planned, request, source, ...feedOf(source, planned, viewer) };
}

function feedOf(
  { primary: { node } }: EventSource,
  { supergraph, variables }: PlannedSubscription,
  viewer: Viewer | undefined,
): Pick<ChannelPlan, 'feed' | 'answerAnnouncement'> {
  const { operation, serviceName } = node;
  if (serviceName !== eventSourceSubgraph) {
    return { feed: undefined, answerAnnouncement: undefined };
  }
  const sent = sentVariables(node, variables);
  const field = fieldOf(operation, sent, supergraph);
  const rule = supergraph.eventSources.get(field.name);
  const schema = supergraph.executionSchema;
  return {
    feed: rule && resolveFeed(rule, field.arguments, viewer),
    answerAnnouncement: createPayloadResponder({
      operation,
      variables: sent,
      fieldName: field.name,
      schema,
    }),
  };
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
  const sent = sentVariables(node, variables);
  return {
    subgraph: node.serviceName,
    operation: node.operation,
    operationName: node.operationName,
    variables: sent,
    body: `${opening}${writeVariables({ variables }, node)}}}`,
    field: fieldOf(node.operation, sent, supergraph),
    headers: feed === undefined ? headers : {},
    feed,
  };
}

/** The variables of the primary fetch as they go over the wire. */
function sentVariables(
  node: FetchNode,
  variables: ChannelPlan['variables'],
): Readonly<Record<string, unknown>> {
  return JSON.parse(`{${writeVariables({ variables }, node)}}`) as Record<string, unknown>;
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

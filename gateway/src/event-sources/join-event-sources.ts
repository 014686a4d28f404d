import type { DocumentNode } from 'graphql';
import type { EventSourceRules } from './event-source-rules.ts';
import { subscriptionTypeName } from './event-source-rules.ts';
import { JoinGraph } from './join-graph.ts';
import { carryResult } from './payload-types.ts';

/** The subgraph that answers event-sourced fields: no server, the gateway itself. */
export const eventSourceSubgraph = 'event sources of the gateway';

/**
 * Moves each event-sourced field of Subscription to a subgraph of its own that has of the field's
 * type what a payload carries: the key of an entity, all of a value type. So the planner itself plans
 * what an event brings as the subscription's primary fetch, and everything else as entity fetches.
 * Throws Error that names a field whose type no payload can carry.
 */
export function joinEventSources(supergraph: DocumentNode, rules: EventSourceRules): DocumentNode {
  if (rules.size === 0) return supergraph;
  const graph = new JoinGraph(supergraph, eventSourceSubgraph);
  const root = subscriptionTypeName(supergraph);
  graph.addType(root);
  for (const [fieldName, { coordinate }] of rules) {
    graph.moveField(root, fieldName);
    const field = graph.fieldOf(root, fieldName);
    for (const argument of field.arguments ?? []) graph.addInput(argument.type);
    try {
      carryResult(graph, field.type);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`"${coordinate}" has @eventSource, but ${message}`, { cause: error });
    }
  }
  return graph.toDocument();
}

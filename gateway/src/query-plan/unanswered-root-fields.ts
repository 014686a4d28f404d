import { AppError } from '@plaza/schema/errors';
import type { DocumentNode } from 'graphql';
import { parse } from 'graphql';
import { clientResponseName } from './isolate-response-names.ts';
import type { FetchNode, PlanNode, QueryPlan } from './plan-node.ts';
import type { RootField } from './root-fields.ts';
import { collectRootFields, meetsConditions } from './root-fields.ts';

const fieldsOfFetch = new WeakMap<FetchNode, readonly RootField[]>();

/** Root fields that a root fetch selects; its text is read once and remembered. */
export function rootFieldsOfFetch(node: FetchNode): readonly RootField[] {
  let fields = fieldsOfFetch.get(node);
  if (fields === undefined) {
    fields = collectRootFields(parse(node.operation, { noLocation: true }));
    fieldsOfFetch.set(node, fields);
  }
  return fields;
}

/**
 * Root fields that the operation selects and no fetch of its plan does. The planner leaves out a
 * branch when it finds no object type to look for, such as an interface that only an
 * `@interfaceObject` implements, and the client would take the missing field for null.
 */
export function findUnansweredRootFields(
  operation: DocumentNode,
  plan: QueryPlan,
): readonly RootField[] {
  const planned = new Set<string>();
  if (plan.node !== undefined) addPlannedNames(plan.node, planned);
  return collectRootFields(operation).filter(({ responseName }) => !planned.has(responseName));
}

/**
 * Throws AppError GRAPHQL_VALIDATION_FAILED when the operation, with these variables, selects a root
 * field that its plan leaves out.
 */
export function refuseUnanswered(
  plan: QueryPlan,
  variables: Readonly<Record<string, unknown>>,
): void {
  for (const { responseName, conditions } of plan.unanswered ?? []) {
    if (!meetsConditions(conditions, variables)) continue;
    const name = clientResponseName(responseName);
    throw new AppError(
      'GRAPHQL_VALIDATION_FAILED',
      `No subgraph can answer the field "${name}" with this selection.`,
    );
  }
}

function addPlannedNames(node: PlanNode, names: Set<string>): void {
  switch (node.kind) {
    case 'Fetch':
      for (const { responseName } of rootFieldsOfFetch(node)) names.add(responseName);
      break;
    case 'Sequence':
    case 'Parallel':
      for (const child of node.nodes) addPlannedNames(child, names);
      break;
    case 'Condition':
      if (node.ifClause !== undefined) addPlannedNames(node.ifClause, names);
      if (node.elseClause !== undefined) addPlannedNames(node.elseClause, names);
      break;
    case 'Subscription':
      addPlannedNames(node.primary, names);
      break;
    case 'Defer':
      for (const { node: part } of [node.primary, ...node.deferred]) {
        if (part !== undefined) addPlannedNames(part, names);
      }
      break;
    case 'Flatten':
      // Else it fetches entities. Deferred root fields are at the root.
      if (node.path.length === 0) addPlannedNames(node.node, names);
      break;
  }
}

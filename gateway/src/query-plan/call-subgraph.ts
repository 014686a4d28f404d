import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { PlanRun } from './execute-plan.ts';
import { clientVariableName } from './isolate-response-names.ts';
import type { FetchNode } from './plan-node.ts';

/**
 * Sends the operation of a fetch node. A call that fails is recorded and answers undefined; once
 * the request is aborted it rejects with the reason.
 */
export async function callSubgraph(
  run: PlanRun,
  node: FetchNode,
  variables: Readonly<Record<string, unknown>>,
  recordFailure: (cause: unknown) => void,
): Promise<SubgraphResponse | undefined> {
  const { signal } = run.context;
  signal.throwIfAborted();
  try {
    const response = await run.fetchFromSubgraph({
      subgraph: node.serviceName,
      operation: node.operation,
      ...(node.operationName === undefined ? {} : { operationName: node.operationName }),
      operationKind: node.operationKind,
      variables,
      context: run.context,
    });
    signal.throwIfAborted();
    return response;
  } catch (error) {
    signal.throwIfAborted();
    recordFailure(error);
    return undefined;
  }
}

/** The client's variables that the operation of a fetch node uses; those not given stay absent. */
export function variablesOf(run: PlanRun, node: FetchNode): Record<string, unknown> {
  const variables: Record<string, unknown> = Object.create(null);
  for (const name of node.variableUsages) {
    const clientName = clientVariableName(name);
    if (Object.hasOwn(run.variables, clientName)) variables[name] = run.variables[clientName];
  }
  return variables;
}

import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';
import type { PlanRun } from './execute-plan.ts';
import { clientVariableName } from './isolate-response-names.ts';
import type { FetchNode } from './plan-node.ts';

/**
 * Sends the operation of a fetch. `variables` is the inside of a JSON object. Rejects as the fetch
 * does, and with the reason of the signal, the request's own by default, once that aborts.
 */
export async function callSubgraph(
  run: PlanRun,
  { node, opening }: { readonly node: FetchNode; readonly opening: string },
  variables: string,
  signal: AbortSignal = run.context.signal,
): Promise<SubgraphResponse> {
  const context = signal === run.context.signal ? run.context : { ...run.context, signal };
  signal.throwIfAborted();
  const response = await run.fetchFromSubgraph({
    subgraph: node.serviceName,
    operation: node.operation,
    operationKind: node.operationKind,
    body: `${opening}${variables}}}`,
    context,
  });
  signal.throwIfAborted();
  return response;
}

/**
 * The client's variables that the operation of a fetch node uses, as the inside of a JSON object;
 * those not given stay absent.
 */
export function writeVariables(
  { variables }: Pick<PlanRun, 'variables'>,
  { variableUsages }: FetchNode,
): string {
  let text = '';
  for (const name of variableUsages) {
    const clientName = clientVariableName(name);
    if (!Object.hasOwn(variables, clientName)) continue;
    text = appendVariable(text, name, variables[clientName]);
  }
  return text;
}

/** Adds one more; a value that JSON has no text for is left out. */
export function appendVariable(text: string, name: string, value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) return text;
  return `${text}${text === '' ? '' : ','}${JSON.stringify(name)}:${json}`;
}

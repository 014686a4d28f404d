import { headers as headerNames } from '@plaza/schema/headers';
import type { RequestContext } from './subgraph-request.ts';

/**
 * Headers of a call to a subgraph: what JSON needs, the request id, the trace, and those client
 * headers that the configuration names. Nothing else of the client's request gets through.
 */
export function subgraphHeaders(
  { headers, requestId }: RequestContext,
  forward: readonly string[],
): Record<string, string> {
  const result: Record<string, string> = {
    accept: 'application/graphql-response+json, application/json;q=0.9',
    'content-type': 'application/json',
  };
  for (const name of [...forward, headerNames.traceparent]) {
    const value = headers[name];
    if (value !== undefined) result[name] = value;
  }
  result[headerNames.requestId] = requestId;
  return result;
}

/** The client headers that subgraphs see, in the order of the configuration. */
export function forwardedHeaders(
  headers: Readonly<Record<string, string>>,
  forward: readonly string[],
): Readonly<Record<string, string>> {
  const forwarded: Record<string, string> = {};
  for (const name of forward) {
    const value = headers[name];
    if (value !== undefined) forwarded[name] = value;
  }
  return forwarded;
}

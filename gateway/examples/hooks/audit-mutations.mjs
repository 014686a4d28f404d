import { appendFile } from 'node:fs/promises';

/**
 * Writes who changed what: one line of JSON for each mutation to the file AUDIT_FILE, before it is
 * answered, and counts the calls to subgraphs that failed meanwhile. Names of arguments are kept, their
 * values are not: they may be data of people. Every answer says under which id its line is found.
 *
 * A mutation whose line cannot be written has been done all the same; the gateway logs that.
 *
 * @type {() => import('@plaza/gateway/hooks/gateway-hooks').GatewayHooks}
 */
export default function auditMutations() {
  const file = process.env.AUDIT_FILE ?? 'audit.jsonl';
  let failedCalls = 0;
  return {
    onOperation: ({ type, name, id, viewerId, variables, state }) => {
      if (type !== 'mutation') return;
      state.audit = { name, id, viewerId, variables: Object.keys(variables) };
    },
    onSubgraphResponse: ({ errors }) => {
      if (errors.length > 0) failedCalls += 1;
    },
    onResponse: async ({ requestId, errorCodes, durationMs, state }) => {
      if (state.audit === undefined) return undefined;
      const at = new Date().toISOString();
      const line = { at, requestId, ...state.audit, errorCodes, durationMs, failedCalls };
      await appendFile(file, `${JSON.stringify(line)}\n`);
      return { extensions: { auditId: requestId } };
    },
  };
}

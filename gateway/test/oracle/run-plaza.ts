import { createTestGateway } from '../kit/test-gateway.ts';
import type { Answer } from './answer.ts';
import { toAnswer } from './answer.ts';
import type { OracleGraph, OracleOperation } from './oracle-graph.ts';

export interface PlazaSubject extends AsyncDisposable {
  answer(operation: OracleOperation): Promise<Answer>;
}

/** Our whole path: parse, validate, plan, execute, project, as a client meets it. */
export async function createPlazaSubject(
  graph: Pick<OracleGraph, 'subgraphs'>,
  supergraphSdl: string,
): Promise<PlazaSubject> {
  const gateway = await createTestGateway({
    subgraphs: graph.subgraphs,
    supergraphSdl,
    // Many graphs are composed and planned at once: time says nothing about an answer here.
    config: { logging: { level: 'silent' }, requestTimeoutMs: 600_000 },
  });
  return {
    answer: async ({ query, variables = {}, operationName, failing = [] }) => {
      for (const { name } of graph.subgraphs) {
        gateway.behave(name, { kind: failing.includes(name) ? 'reject' : 'ok' });
      }
      const callsBefore = gateway.fetches().length;
      const result = await gateway.execute({
        query,
        variables,
        ...(operationName === undefined ? {} : { operationName }),
      });
      return toAnswer(result, gateway.fetches().length - callsBefore);
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

import { parse, visit } from 'graphql';
import type { OracleGraph } from './oracle-graph.ts';

/** The texts in the graph's own operations: its ids, mostly, so that random ones find something. */
export function textsOf({ operations }: OracleGraph): string[] {
  const texts = new Set(['', 'none']);
  for (const operation of Object.values(operations)) {
    const query = typeof operation === 'string' ? operation : operation.query;
    visit(parse(query), { StringValue: ({ value }) => void texts.add(value) });
  }
  return [...texts];
}

import { composeFixture } from '../kit/compose-fixture.ts';
import type { Subgraph } from '../kit/define-subgraph.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';

const subgraphNames = ['red', 'green', 'blue'];

/** One field that is planned at once, and things that lead from subgraph to subgraph. */
export const slowSubgraphs: readonly Subgraph[] = subgraphNames.map((name, index) =>
  defineSubgraph({
    name,
    typeDefs: `
      ${index === 0 ? 'type Query { quick: Int thing: Thing }' : ''}
      type Thing @key(fields: "id") { id: ID! ${name}: Int ${name}Next: Thing }`,
    resolvers: {
      ...(index === 0 ? { Query: { quick: () => 1, thing: () => ({ id: '1' }) } } : {}),
      Thing: {
        __resolveReference: (key) => key,
        [name]: () => index,
        [`${name}Next`]: () => ({ id: '1' }),
      },
    },
  }),
);

export const slowSupergraph = composeFixture(slowSubgraphs);

/** An operation whose planning takes about three times as long for every level more. */
export function operationOfDepth(depth: number): string {
  const selection = (level: number): string => {
    const fields = subgraphNames.map((name) =>
      level === 0 ? name : `${name} ${name}Next { ${selection(level - 1)} }`,
    );
    return fields.join(' ');
  };
  return `{ thing { ${selection(depth)} } }`;
}

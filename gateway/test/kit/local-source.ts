import { parse, subscribe } from 'graphql';
import type { SubgraphResponse } from '../../src/subgraph-fetch/subgraph-request.ts';
import type { SubscriptionSource } from '../../src/subscriptions/subscription-source.ts';
import type { Subgraph } from './define-subgraph.ts';

/** Subscribes in this process with graphql-js. Events pass through JSON, as over a wire. */
export function createLocalSource(subgraphs: readonly Subgraph[]): SubscriptionSource {
  const schemas = new Map(subgraphs.map(({ name, schema }) => [name, schema]));
  return {
    placeOf: ({ subgraph }) => `local ${subgraph}`,
    async *open({ subgraph, operation, variables }) {
      const schema = schemas.get(subgraph);
      if (schema === undefined) throw new Error(`No fixture subgraph is named ${subgraph}`);
      const events = await subscribe({
        schema,
        document: parse(operation),
        variableValues: { ...variables },
      });
      if (!(Symbol.asyncIterator in events)) throw events.errors?.[0];
      yield { kind: 'open' };
      for await (const event of events) {
        yield { kind: 'next', response: JSON.parse(JSON.stringify(event)) as SubgraphResponse };
      }
    },
  };
}

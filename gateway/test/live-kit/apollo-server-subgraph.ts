import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginSubscriptionCallback } from '@apollo/server/plugin/subscriptionCallback';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { Subgraph } from '../kit/define-subgraph.ts';

export interface ApolloServerSubgraph extends AsyncDisposable {
  readonly url: string;
}

/** Serves a subgraph with Apollo Server, which tells of subscriptions by callbacks. */
export async function startApolloServerSubgraph({
  schema,
}: Pick<Subgraph, 'schema'>): Promise<ApolloServerSubgraph> {
  const server = new ApolloServer({
    schema,
    plugins: [ApolloServerPluginSubscriptionCallback(), ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  return { url, [Symbol.asyncDispose]: () => server.stop() };
}

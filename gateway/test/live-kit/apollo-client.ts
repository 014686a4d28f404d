import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { WebSocketLink } from '@apollo/client/link/ws';
import type { Client } from 'graphql-ws';
import type { SubscriptionClient } from 'subscriptions-transport-ws';
import type { Followed } from './followed.ts';
import { follow } from './followed.ts';

/** Apollo Client as an app has it; what it follows goes over multipart HTTP. */
export function createHttpApolloClient(url: string): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${url}/graphql` }),
  });
}

/** Apollo Client over the WebSocket of graphql-ws's client. */
export function createSocketApolloClient(client: Client): ApolloClient {
  return new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(client) });
}

/** Apollo Client over the WebSocket of the client of subscriptions-transport-ws. */
export function createLegacyApolloClient(client: SubscriptionClient): ApolloClient {
  return new ApolloClient({ cache: new InMemoryCache(), link: new WebSocketLink(client) });
}

/** Follows a subscription with Apollo Client: its errors come as results, as apps get them. */
export function followByApollo(client: ApolloClient, document: string): Followed {
  return follow((sink) => {
    const subscription = client.subscribe({ query: gql(document) }).subscribe(sink);
    return () => subscription.unsubscribe();
  });
}

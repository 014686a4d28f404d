import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import test from 'ava';
import { createShop } from './defer-kit/shop.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

type Handler = NonNullable<ApolloClient.Options['incrementalHandler']>;

/** What the client shows of a query: its data and whether more is to come. */
interface Shown {
  readonly data: unknown;
  readonly state: string;
  readonly error: string | undefined;
}

/** Shows each state of a query until nothing more is to come. */
async function* watch(url: string, incrementalHandler: Handler, query: string) {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${url}/graphql` }),
    incrementalHandler,
  });
  const shown: Shown[] = [];
  let arrived = Promise.withResolvers<void>();
  const subscription = client
    .watchQuery({ query: gql(query), errorPolicy: 'all', fetchPolicy: 'network-only' })
    .subscribe(({ data, dataState, error }) => {
      if (dataState === 'empty' && error === undefined) return;
      const copy: unknown = JSON.parse(JSON.stringify(data ?? null));
      shown.push({ data: copy, state: dataState, error: error?.message });
      arrived.resolve();
    });
  try {
    for (;;) {
      const next = shown.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await arrived.promise;
      arrived = Promise.withResolvers();
    }
  } finally {
    subscription.unsubscribe();
    client.stop();
  }
}

// With exactOptionalPropertyTypes the second is no handler by its types: a property may be undefined.
const handlers: readonly [name: string, create: () => Handler][] = [
  ['Defer20220824Handler', () => new Defer20220824Handler()],
  ['GraphQL17Alpha9Handler', () => new GraphQL17Alpha9Handler() as unknown as Handler],
];

for (const [name, createHandler] of handlers) {
  test(`Apollo Client with ${name} shows what is quick first, then the deferred parts`, async (t) => {
    const { gates, subgraphs } = createShop();
    await using http = await startHttpGateway({ subgraphs });
    gates.close('reviews', 'name');
    const query = `{ products { id name ... @defer {
      id reviews { body author { id ... @defer { id name } } }
    } } }`;
    const states = watch(http.url, createHandler(), query);
    const first = (await states.next()).value;
    t.is(first?.state, 'streaming');
    t.like(first?.data, { products: { 0: { name: 'Table' }, 1: { name: 'Chair' } } });
    t.false(JSON.stringify(first?.data).includes('reviews'));

    gates.open('reviews');
    const second = (await states.next()).value;
    t.is(second?.state, 'streaming');
    t.like(second?.data, { products: { 1: { reviews: { 0: { body: 'Good p2' } } } } });
    t.false(JSON.stringify(second?.data).includes('Rosa'));

    gates.open('name');
    const last = (await states.next()).value;
    t.is(last?.state, 'complete');
    t.like(last?.data, { products: { 1: { reviews: { 0: { author: { name: 'Rosa' } } } } } });
    await states.return(undefined);
  });

  test(`Apollo Client with ${name} keeps what it has when a part fails, and has its error`, async (t) => {
    const { gates, subgraphs } = createShop();
    await using http = await startHttpGateway({ subgraphs });
    gates.close('story');
    const query = '{ product(id: "p1") { id name ... @defer { id story rating } } }';
    const states = watch(http.url, createHandler(), query);
    const product = { __typename: 'Product', id: 'p1', name: 'Table' };
    t.like((await states.next()).value, { data: { product }, error: undefined });
    gates.open('story');
    t.like((await states.next()).value, {
      data: { product },
      error: 'A service behind the graph did not answer as it should.',
    });
    await states.return(undefined);
  });
}

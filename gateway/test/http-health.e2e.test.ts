import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import type { SupergraphSource } from '../src/supergraph/supergraph-source.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const nothingLoaded: SupergraphSource = {
  isLoaded: () => false,
  isUpToDate: () => false,
  onSwap: () => undefined,
  current: () => {
    throw new AppError('SUPERGRAPH_UNAVAILABLE', 'No supergraph is loaded from secret-place');
  },
};

test('is live and ready with a supergraph', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  for (const path of ['/live', '/ready']) t.is((await fetch(`${http.url}${path}`)).status, 200);
  t.is((await fetch(`${http.url}/ready`, { method: 'HEAD' })).status, 200);
});

test('is live but not ready without a supergraph, and says so to operations', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [], supergraph: nothingLoaded });
  t.is((await fetch(`${http.url}/live`)).status, 200);
  const ready = await fetch(`${http.url}/ready`);
  t.is(ready.status, 503);
  t.deepEqual(await ready.json(), {
    status: 'not ready',
    reasons: ['No supergraph is loaded.'],
  });
  const headers = { accept: 'application/graphql-response+json', 'x-request-id': 'r1' };
  const operation = await http.post({ query: '{ __typename }' }, headers);
  t.is(operation.status, 503);
  t.deepEqual(await operation.json(), {
    errors: [
      {
        message: 'The graph is not available. Try again later.',
        extensions: { code: 'SUPERGRAPH_UNAVAILABLE', requestId: 'r1' },
      },
    ],
  });
});

test('is not ready while it drains, and still answers', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  http.gateway.startDraining();
  const ready = await fetch(`${http.url}/ready`);
  t.is(ready.status, 503);
  t.deepEqual(await ready.json(), {
    status: 'not ready',
    reasons: ['The gateway is shutting down.'],
  });
  t.is((await http.post({ query: '{ __typename }' })).status, 200);
});

import test from 'ava';
import { orPartner } from './partner-viewer.ts';

const id = '0192f0c1-2b3c-7d4e-8f50-000000000001';
const authenticate = orPartner(async () => undefined);

test('a partner has the id and the scopes that the gateway says', async (t) => {
  const viewer = await authenticate({
    'plaza-partner-id': id.toUpperCase(),
    'plaza-partner-scopes': 'order:read made:up payment:read',
  });
  t.deepEqual(viewer, {
    userId: id,
    roles: new Set(),
    scopes: new Set(['order:read', 'payment:read']),
  });
  const none = await authenticate({ 'plaza-partner-id': id });
  t.is(none?.scopes.size, 0);
});

test('everybody else is who their token says', async (t) => {
  t.is(await authenticate({}), undefined);
  t.is(await authenticate({ 'plaza-partner-id': 'root' }), undefined);
  t.is(await authenticate({ 'plaza-partner-scopes': 'order:read' }), undefined);
});

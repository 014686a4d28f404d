import test from 'ava';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';

test('counts operations by how they end, under labels that clients cannot multiply', async (t) => {
  await using http = await startHttpGateway({
    subgraphs: [products, reviews],
    config: { metrics: { enabled: true, clients: ['web'] } },
  });
  const measured = async (): Promise<string> => (await fetch(`${http.url}/metrics`)).text();
  const from = (name: string) => ({ 'graphql-client-name': name });
  await http.post({ query: '{ products { id } }' }, from('web'));
  for (let index = 0; index < 20; index += 1) {
    await http.post({ query: '{ products { id } }' }, from(`invented ${index}`));
  }
  await http.post({ query: '{ products { id } secret }' });
  await http.post({ query: '{ nothing }' });
  await http.post({ query: 'mutation { addProduct(name: "Lamp") { id } }' }, from('web'));
  const text = await measured();
  const operations = text.split('\n').filter((line) => line.startsWith('plaza_operations_total'));
  t.deepEqual(operations.toSorted(), [
    'plaza_operations_total{type="mutation",client="web",code="OK"} 1',
    'plaza_operations_total{type="query",client="none",code="PARTIAL"} 1',
    'plaza_operations_total{type="query",client="other",code="OK"} 20',
    'plaza_operations_total{type="query",client="web",code="OK"} 1',
    'plaza_operations_total{type="unknown",client="none",code="GRAPHQL_VALIDATION_FAILED"} 1',
  ]);
  t.regex(text, /plaza_operation_duration_seconds_count\{type="query",client="other"\} 20/);
  t.regex(text, /plaza_operation_duration_seconds_bucket\{le="30",type="query",client="web"\} 1/);
  t.regex(text, /plaza_operations_under_way 0/);
  t.regex(text, /plaza_client_connections\{kind="all"\} [1-9]/);
  t.regex(text, /plaza_subscriptions\{kind="subscription"\} 0/);
  t.regex(text, /nodejs_eventloop_lag_seconds /);
});

test('counts what is under way, and the streams of clients', async (t) => {
  await using http = await startHttpGateway({
    subgraphs: [products],
    config: { metrics: { enabled: true } },
  });
  const measured = async (): Promise<string> => (await fetch(`${http.url}/metrics`)).text();
  http.server('products').behave('hang');
  const leave = new AbortController();
  const hanging = fetch(`${http.url}/graphql?query={products{id}}`, {
    signal: leave.signal,
  }).catch(() => undefined);
  await eventually(() => http.server('products').requests.length === 1);
  t.regex(await measured(), /plaza_operations_under_way 1/);
  leave.abort();
  await hanging;
  await eventually(() => http.logText().includes('operation completed'));
  t.regex(await measured(), /plaza_operations_under_way 0/);
});

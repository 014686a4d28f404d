import test from 'ava';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import type { OtlpReceiver, ReceivedSpan } from './otlp-kit/otlp-receiver.ts';
import { startOtlpReceiver } from './otlp-kit/otlp-receiver.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const clientSpan = 'b7ad6b7169203331';

interface TracedOptions {
  readonly sampleRatio?: number;
  readonly followClients?: boolean;
}

function startTraced(
  { url }: Pick<OtlpReceiver, 'url'>,
  { sampleRatio = 0, followClients = true }: TracedOptions = {},
): Promise<HttpGateway> {
  return startHttpGateway({
    subgraphs: [products, reviews],
    config: {
      telemetry: {
        otlp: {
          endpoint: url,
          headers: { 'x-key': 'k1' },
          timeoutMs: 500,
          traces: { sampleRatio, followClients, exportIntervalMs: 20, queuedSpansMax: 50 },
          metrics: { exportIntervalMs: 100 },
        },
      },
    },
  });
}

function only<Value>(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`There are ${values.length}`);
  return value;
}

const query = 'query Page { products { name reviews { body } } }';

test('tells a collector of an operation, its stages and its calls, in the trace of the client', async (t) => {
  await using collector = await startOtlpReceiver();
  await using http = await startTraced(collector);
  const headers = {
    traceparent: `00-${traceId}-${clientSpan}-01`,
    'graphql-client-name': 'web',
    'x-request-id': 'r1',
  };
  await http.post({ query, operationName: 'Page' }, headers);
  await eventually(() => collector.spans.some(({ kind }) => kind === 2));
  t.true(collector.spans.every((span) => span.traceId === traceId));
  t.true(collector.spans.every(({ service }) => service === 'plaza-gateway'));
  const operation = only(collector.spans.filter(({ kind }) => kind === 2));
  t.like(operation, {
    name: 'query',
    parentSpanId: clientSpan,
    isError: false,
    attributes: {
      'http.request.id': 'r1',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'graphql.client.name': 'web',
      'graphql.operation.name': 'Page',
      'graphql.operation.type': 'query',
    },
  });
  const below = collector.spans.filter(({ parentSpanId }) => parentSpanId === operation.spanId);
  const names = below.map(({ name }) => name).toSorted();
  const stages = ['GraphQL Parse', 'GraphQL Plan', 'GraphQL Validate'];
  t.deepEqual(names, [...stages, 'subgraph products', 'subgraph reviews']);
  for (const subgraph of ['products', 'reviews']) {
    const call = only(below.filter(({ name }) => name === `subgraph ${subgraph}`));
    const received = http.server(subgraph).requests[0]?.headers.traceparent;
    t.is(received, `00-${traceId}-${call.spanId}-01`, 'the subgraph goes on below the call');
  }
  t.is(collector.headers[0]?.['x-key'], 'k1');
  t.true(http.logText().includes(`"trace_id":"${traceId}"`));
  await http.post({ query, operationName: 'Page' }, headers);
  await eventually(() => collector.spans.filter(({ kind }) => kind === 2).length === 2);
  const again = collector.spans.slice(6).map(({ name }) => name);
  t.deepEqual(again.toSorted(), ['query', 'subgraph products', 'subgraph reviews']);
});

test('marks what failed, in the call and in the operation', async (t) => {
  await using collector = await startOtlpReceiver();
  await using http = await startTraced(collector, { sampleRatio: 1 });
  http.server('products').behave('500');
  await http.post({ query: '{ products { id } }' });
  await http.post({ query: '{ nothing }' });
  const operations = (): ReceivedSpan[] => collector.spans.filter(({ kind }) => kind === 2);
  await eventually(() => operations().length === 2);
  const call = only(collector.spans.filter(({ name }) => name === 'subgraph products'));
  t.like(call, { isError: true, attributes: { 'error.type': 'DOWNSTREAM_SERVICE_ERROR' } });
  const refused = only(operations().filter(({ attributes }) => 'error.type' in attributes));
  t.is(refused.attributes['error.type'], 'GRAPHQL_VALIDATION_FAILED');
  t.false(refused.isError, 'a fault of the client is none of the server');
});

test('traces the share that it is told to, or what clients want', async (t) => {
  await using collector = await startOtlpReceiver();
  await using none = await startTraced(collector, { sampleRatio: 0 });
  await using own = await startTraced(collector, { sampleRatio: 0, followClients: false });
  const sampled = { traceparent: `00-${traceId}-${clientSpan}-01` };
  await none.post({ query: '{ products { id } }' });
  await none.post(
    { query: '{ products { id } }' },
    { traceparent: sampled.traceparent.replace(/1$/, '0') },
  );
  await own.post({ query: '{ products { id } }' }, sampled);
  t.is(
    own.server('products').requests[0]?.headers.traceparent,
    `00-${traceId}-${clientSpan}-00`,
    'one trace, but subgraphs are told that it is not recorded here',
  );
  await none.post({ query: '{ products { name } }' }, sampled);
  await eventually(() => collector.spans.some(({ kind }) => kind === 2));
  t.is(collector.spans.filter(({ kind }) => kind === 2).length, 1);
});

test('sends what is measured, too', async (t) => {
  await using collector = await startOtlpReceiver();
  await using http = await startTraced(collector);
  await http.post({ query: '{ products { id } }' });
  const pointsOf = (name: string) =>
    collector.metrics.filter((metric) => metric.name === name).flatMap(({ points }) => points);
  await eventually(() => pointsOf('plaza_operations_total').length > 0);
  t.deepEqual(pointsOf('plaza_operations_total')[0], {
    attributes: { type: 'query', client: 'none', code: 'OK' },
    value: 1,
  });
  t.deepEqual(pointsOf('plaza_operation_duration_seconds').at(-1), {
    attributes: { type: 'query', client: 'none' },
    value: 1,
  });
  t.true(pointsOf('plaza_operations_under_way').length > 0);
  t.is((await fetch(`${http.url}/metrics`)).status, 404, 'they are not served for that');
});

// The process has one place for problems of exporters.
test.serial('serves as ever while the collector fails, and says so once', async (t) => {
  await using collector = await startOtlpReceiver();
  collector.fail(500);
  await using http = await startTraced(collector, { sampleRatio: 1 });
  const texts = Array.from({ length: 40 }, (_, index) => `{ echo(text: "${index}") }`);
  const answers = await Promise.all(texts.map((text) => http.post({ query: text })));
  t.true(answers.every(({ status }) => status === 200));
  await eventually(() => http.logText().includes('telemetry cannot be exported'));
  t.is(http.logText().split('telemetry cannot be exported').length, 2, 'it is said once');
  t.deepEqual(http.gateway.reasonsNotReady(), []);
});

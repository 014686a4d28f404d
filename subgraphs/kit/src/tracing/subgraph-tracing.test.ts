import test from 'ava';
import { createMessage, encodeMessage, parseMessage } from '../message-bus/message.ts';
import { collectSpans } from '../test-kit/collect-spans.ts';
import { SubgraphTracing } from './subgraph-tracing.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sampled = `00-${traceId}-b7ad6b7169203331-01`;
const draft = { type: 'order.paid', source: 'test', payload: {} };

async function openTracing() {
  const { exporter, spans } = collectSpans();
  const tracing = await SubgraphTracing.open('test', exporter);
  if (tracing === undefined) throw new Error('Nothing is traced');
  const sent = async () => {
    await tracing[Symbol.asyncDispose]();
    return spans;
  };
  return { tracing, sent };
}

test('a message carries the trace of its request to the handler, which goes on with it', async (t) => {
  const { tracing, sent } = await openTracing();
  const request = { traceparent: sampled, requestId: 'r1', operationName: 'Pay' };
  const message = await tracing.runRequest(request, async () => createMessage(draft));
  const received = parseMessage(JSON.parse(encodeMessage(message)));
  const answer = Promise.withResolvers<string | undefined>();
  const handle = tracing.tracing('payments.refunds', async () => {
    answer.resolve(createMessage(draft).traceparent);
  });
  await handle(received, { attempt: 1, signal: AbortSignal.timeout(1_000) });
  const [operation, processing, ...others] = await sent();
  t.deepEqual(others, []);
  t.is(operation?.name, 'GraphQL Operation');
  t.is(operation?.spanContext().traceId, traceId);
  t.is(operation?.parentSpanContext?.spanId, 'b7ad6b7169203331');
  t.is(processing?.name, 'process payments.refunds');
  t.is(processing?.parentSpanContext?.spanId, operation?.spanContext().spanId);
  t.is(await answer.promise, `00-${traceId}-${processing?.spanContext().spanId}-01`);
});

test('what is not sampled is not traced, and its messages carry nothing', async (t) => {
  const { tracing, sent } = await openTracing();
  for (const traceparent of [undefined, sampled.replace(/1$/, '0'), 'nonsense']) {
    const request = { traceparent, requestId: 'r1', operationName: undefined };
    const message = await tracing.runRequest(request, async () => createMessage(draft));
    t.false('traceparent' in message);
  }
  t.deepEqual(await sent(), []);
});

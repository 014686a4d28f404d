import { collectSpans } from '@plaza/kit/test-kit/collect-spans';
import { createTestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import test from 'ava';
import { readIdentityConfig } from '../src/config.ts';
import { createIdentitySubgraph } from '../src/subgraph.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

test('the SQL of an operation is part of the trace that the gateway began', async (t) => {
  const { exporter, spans } = collectSpans();
  const definition = createIdentitySubgraph(Date.now);
  const subgraph = await createTestSubgraph(definition, readIdentityConfig({}), {
    spanExporter: exporter,
  });
  const id = '01940000-0000-7000-8000-000000000011';
  const query = 'query Two($id: ID!) { me { id } user(id: $id) { id } }';
  const viewer = { userId: id, role: 'ADMINISTRATOR' } as const;
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const operation = { query, operationName: 'Two', variables: { id }, viewer };
  const { errors } = await subgraph.execute({ ...operation, traceparent });
  t.is(errors, undefined);
  const statements = subgraph.queries.length;
  await subgraph.execute(operation);
  await subgraph[Symbol.asyncDispose]();
  const request = spans.find(({ name }) => name === 'GraphQL Operation');
  t.is(request?.parentSpanContext?.spanId, 'b7ad6b7169203331');
  t.is(request?.resource.attributes['service.name'], 'plaza-identity');
  t.is(request?.attributes['graphql.operation.name'], 'Two');
  const sql = spans.filter((span) => span !== request);
  t.true(
    sql.length > 0 && sql.length <= statements,
    'those of the second operation are not traced',
  );
  for (const span of sql) {
    t.is(span.name, 'SELECT');
    t.regex(String(span.attributes['db.query.text']), /^SELECT .* FROM /);
    t.is(span.parentSpanContext?.spanId, request?.spanContext().spanId);
    t.is(span.spanContext().traceId, traceId);
  }
});

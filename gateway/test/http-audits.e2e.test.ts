import test from 'ava';
import { serverAudits } from 'graphql-http';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

test('passes all 61 audits of GraphQL over HTTP: MUST, SHOULD and MAY', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products, reviews] });
  const audits = serverAudits({ url: `${http.url}/graphql`, fetchFn: fetch });
  t.is(audits.length, 61);
  const failures: string[] = [];
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== 'ok') failures.push(`${audit.id} ${audit.name}: ${result.reason}`);
  }
  t.deepEqual(failures, []);
});

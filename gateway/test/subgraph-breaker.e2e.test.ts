import test from 'ava';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

const page = '{ products { name reviews { body } } }';
const names = [{ name: 'Table' }, { name: 'Chair' }];
const callsMin = 5;
const timeoutMs = 300;

interface Answer {
  readonly data: { readonly products: readonly unknown[] };
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(http: HttpGateway) {
  const startedMs = performance.now();
  const answer = (await (await http.post({ query: page })).json()) as Answer;
  const codes = answer.errors?.map(({ extensions }) => extensions.code) ?? [];
  return { ...answer, codes, tookMs: performance.now() - startedMs };
}

const config = {
  subgraphs: {
    reviews: { timeoutMs, circuitBreaker: { callsMin, openMs: 1_000, probesMax: 1 } },
  },
  metrics: { enabled: true },
};

test('calls a black-holed subgraph no more, so that the rest comes at once, until it is back', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  const server = http.server('reviews');
  let hadIt = await ask(http);
  while (hadIt.codes.length > 0) hadIt = await ask(http);
  server.behave('hang');
  let refused = await ask(http);
  while (refused.codes[0] === 'GATEWAY_TIMEOUT') refused = await ask(http);
  t.deepEqual(refused.codes, ['SUBGRAPH_UNAVAILABLE']);
  t.deepEqual(
    refused.data.products,
    names.map((product) => ({ ...product, reviews: null })),
  );
  t.true(refused.tookMs < timeoutMs, `${refused.tookMs} ms`);
  const metrics = await (await fetch(`${http.url}/metrics`)).text();
  t.regex(metrics, /plaza_subgraph_breaker_state\{subgraph="reviews"\} 2/);
  t.regex(metrics, /plaza_subgraph_breaker_openings_total\{subgraph="reviews"\} [1-9]/);
  t.regex(metrics, /plaza_subgraph_calls_total\{subgraph="reviews",outcome="refused"\} [1-9]/);
  t.regex(metrics, /plaza_subgraph_calls_total\{subgraph="reviews",outcome="timeout"\} [1-9]/);

  server.behave('ok');
  let answer = refused;
  while (answer.codes.length > 0) answer = await ask(http);
  t.deepEqual(answer.data, hadIt.data);
});

test('fails the fields of a subgraph that refuses connections at once, and no others', async (t) => {
  const dead = { reviews: { url: 'http://127.0.0.1:1/graphql', circuitBreaker: { callsMin } } };
  await using http = await startHttpGateway({
    subgraphs: [products, reviews],
    config: { subgraphs: dead },
  });
  const answers = [];
  while (answers.length < callsMin + 1) answers.push(await ask(http));
  for (const { data, tookMs } of answers) {
    t.like(data.products, names);
    t.true(tookMs < 10_000, `${tookMs} ms`);
  }
  t.deepEqual(
    answers.map(({ codes }) => codes[0]),
    [...Array.from({ length: callsMin }, () => 'DOWNSTREAM_SERVICE_ERROR'), 'SUBGRAPH_UNAVAILABLE'],
  );
});

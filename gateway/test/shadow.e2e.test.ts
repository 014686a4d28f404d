import { writeFileSync } from 'node:fs';
import test from 'ava';
import type { CliProcess } from './cli-kit/run-cli.ts';
import { startCli } from './cli-kit/run-cli.ts';
import { ask, startSomebodysGraph } from './cli-kit/somebodys-graph.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { eventually } from './kit/eventually.ts';

const everything = { percent: 100, reportIntervalMs: 100 };

/** The same graph, whose products have another name, and are fewer. */
const renamed = defineSubgraph({
  name: 'products',
  typeDefs: `
    type Query { product(id: ID!): Product products: [Product!]! }
    type Product @key(fields: "id") { id: ID! name: String! }
  `,
  resolvers: {
    Query: {
      product: () => ({ id: 'p1', name: 'Table' }),
      products: () => [{ id: 'p1', name: 'Desk' }],
    },
    Product: { __resolveReference: ({ id }) => ({ id }) },
  },
});

async function start(
  graph: { file: string; folder: { file(name: string): string } },
  shadow: object,
) {
  const file = graph.folder.file('gateway.yaml');
  const headers = { forward: ['authorization'] };
  const metrics = { enabled: true };
  writeFileSync(
    file,
    JSON.stringify({
      supergraph: graph.file,
      port: 0,
      shadow: { ...everything, ...shadow },
      headers,
      metrics,
    }),
  );
  const cli = startCli(['--config', file, '--log-format', 'json']);
  return { cli, url: await cli.served() };
}

function linesOf(cli: CliProcess, message: string): readonly Record<string, unknown>[] {
  return cli
    .stdout()
    .split('\n')
    .filter((line) => line.includes(`"${message}"`) && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('tells where a candidate supergraph answers otherwise, without values', async (t) => {
  await using graph = await startSomebodysGraph();
  await using candidate = await startSomebodysGraph([renamed, reviews]);
  const { cli, url } = await start(graph, { supergraph: candidate.file });
  await using _ = cli;
  const same = await ask(url, 'query Same { product(id: "p1") { name } }');
  t.deepEqual(same, { data: { product: { name: 'Table' } } });
  const other = 'query Other { products { id name } }';
  t.like(await ask(url, other), { data: { products: [{ name: 'Table' }, { name: 'Chair' }] } });
  await ask(url, 'mutation { addProduct(name: "Sofa") { id } }');
  await eventually(() => linesOf(cli, 'a shadow answer differs').length > 0);
  const [line, ...others] = linesOf(cli, 'a shadow answer differs');
  t.deepEqual(others, []);
  t.like(line, {
    operationName: 'Other',
    differences: ['data.products has another length', 'data.products.*.name'],
    live: { calls: 1 },
    candidate: { calls: 1 },
  });
  const sum = (key: string) =>
    linesOf(cli, 'shadow traffic').reduce((total, summary) => total + Number(summary[key]), 0);
  await eventually(() => sum('equal') === 1 && sum('different') === 1);
  t.is(sum('failed') + sum('dropped'), 0);
  t.false(cli.stdout().includes('Desk'));
  const sent = candidate.servers.flatMap(({ requests }) => requests).map(({ body }) => body.query);
  t.false(sent.some((query) => query.includes('addProduct')));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.regex(metrics, /plaza_shadow_queries_total\{result="different"\} 1/);
  t.regex(metrics, /plaza_shadow_duration_seconds_count\{side="candidate"\} 2/);
  t.is(linesOf(cli, 'operation completed').length, 3, 'what is tried is no operation of a client');
});

test('tries queries on a candidate gateway in the name of their clients', async (t) => {
  await using graph = await startSomebodysGraph();
  await using other = await startSomebodysGraph([products, reviews]);
  const served = await start(other, { percent: 0 });
  await using _other = served.cli;
  const { cli, url } = await start(graph, { url: `${served.url}/graphql` });
  await using _ = cli;
  await ask(url, '{ products { id } }', { authorization: 'Bearer abc', 'x-inner': '1' });
  await eventually(() => linesOf(cli, 'shadow traffic').some(({ equal }) => equal === 1));
  const [request] = other.servers.flatMap(({ requests }) => requests);
  t.is(request?.headers.authorization, 'Bearer abc');
  t.is(request?.headers['x-inner'], undefined);
  await served.cli[Symbol.asyncDispose]();
  const answer = await ask(url, '{ products { name } }');
  t.deepEqual(answer, { data: { products: [{ name: 'Table' }, { name: 'Chair' }] } });
  await eventually(() => linesOf(cli, 'shadow traffic').some(({ failed }) => failed === 1));
  t.is(linesOf(cli, 'a shadow query failed').length, 1);
});

test('serves although the candidate supergraph cannot be loaded', async (t) => {
  await using graph = await startSomebodysGraph();
  const { cli, url } = await start(graph, { supergraph: 'missing.graphql' });
  await using _ = cli;
  t.is(
    linesOf(cli, 'the candidate supergraph cannot be served: no query is tried on it').length,
    1,
  );
  const answer = await ask(url, '{ products { id } }');
  t.deepEqual(answer, { data: { products: [{ id: 'p1' }, { id: 'p2' }] } });
});

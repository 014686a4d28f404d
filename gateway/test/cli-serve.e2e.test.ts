import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { runCli, startCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { ask, startSomebodysGraph } from './cli-kit/somebodys-graph.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

const served = ['--port', '0', '--log-format', 'json'];

test.serial('serves a supergraph file of any subgraphs, and ends with 0 on SIGTERM', async (t) => {
  await using graph = await startSomebodysGraph();
  await using cli = startCli(['--supergraph', graph.file, ...served]);
  const url = await cli.served();
  t.deepEqual(await ask(url, '{ products { name reviews { body } } }'), {
    data: {
      products: [
        { name: 'Table', reviews: [{ body: 'About p1' }] },
        { name: 'Chair', reviews: [{ body: 'About p2' }] },
      ],
    },
  });
  t.is((await fetch(`${url}/live`)).status, 200);
  t.is((await fetch(`${url}/ready`)).status, 200);
  cli.process.kill('SIGTERM');
  t.is(await cli.exited, 0);
  t.is(cli.stderr(), '');
});

test.serial(
  'finishes operations under way after SIGTERM, and accepts no new connection',
  async (t) => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const slow = defineSubgraph({
      name: 'slow',
      typeDefs: 'type Query { slow: String }',
      resolvers: { Query: { slow: () => release.then(() => 'done') } },
    });
    await using graph = await startSomebodysGraph([slow]);
    await using cli = startCli(['--supergraph', graph.file, ...served]);
    const url = await cli.served();
    const underWay = ask(url, '{ slow }');
    while (graph.servers[0]?.requests.length === 0) await new Promise(setImmediate);
    cli.process.kill('SIGTERM');
    await cli.said(/"gateway stops"/);
    await t.throwsAsync(fetch(`${url}/live`));
    const releasedMs = performance.now();
    resolve();
    t.deepEqual(await underWay, { data: { slow: 'done' } });
    t.is(await cli.exited, 0);
    t.true(performance.now() - releasedMs < 7_000, 'it waited for more than the operation');
  },
);

test.serial('ends within drainTimeoutMs even when an operation hangs', async (t) => {
  await using graph = await startSomebodysGraph([products]);
  graph.servers[0]?.behave('hang');
  const environment = { GATEWAY_DRAIN_TIMEOUT_MS: '200' };
  await using cli = startCli(['--supergraph', graph.file, ...served], environment);
  const url = await cli.served();
  const underWay = ask(url, '{ products { id } }').catch((error: unknown) => error);
  while (graph.servers[0]?.requests.length === 0) await new Promise(setImmediate);
  cli.process.kill('SIGTERM');
  t.is(await cli.exited, 0);
  t.true((await underWay) instanceof Error);
});

test.serial('ends when its parent does, if told to', async (t) => {
  await using graph = await startSomebodysGraph([products]);
  await using cli = startCli(['--supergraph', graph.file, '--exit-with-parent', ...served]);
  await cli.served();
  cli.process.stdin.end();
  t.is(await cli.exited, 0);
});

test.serial(
  'takes up a changed supergraph, and keeps the last good one when it breaks',
  async (t) => {
    await using graph = await startSomebodysGraph([products]);
    const environment = { GATEWAY_POLL_INTERVAL_MS: '50' };
    await using cli = startCli(['--supergraph', graph.file, ...served], environment);
    const url = await cli.served();
    const grown = defineSubgraph({
      name: 'products',
      typeDefs: 'type Query { grown: Int }',
      resolvers: { Query: { grown: () => 1 } },
    });
    await using server = await startSubgraphServer(grown);
    writeFileSync(graph.file, composeFixture([{ ...grown, url: server.url }]));
    await cli.said(/"supergraph loaded"[\s\S]*"supergraph loaded"/);
    t.deepEqual(await ask(url, '{ grown }'), { data: { grown: 1 } });
    writeFileSync(graph.file, 'type Query {');
    await cli.said(/"supergraph not loaded, last good one kept"/);
    t.deepEqual(await ask(url, '{ grown }'), { data: { grown: 1 } });
    t.is((await fetch(`${url}/ready`)).status, 200);
  },
);

test.serial('loads a supergraph from a URL', async (t) => {
  await using graph = await startSomebodysGraph([products]);
  const { readFileSync } = await import('node:fs');
  const registry = createServer((_request, response) => {
    response.end(readFileSync(graph.file));
  });
  await new Promise<void>((resolve) => {
    registry.listen(0, '127.0.0.1', resolve);
  });
  const { port } = registry.address() as AddressInfo;
  await using cli = startCli(['--supergraph', `http://127.0.0.1:${port}/graph`, ...served]);
  t.deepEqual(await ask(await cli.served(), '{ product(id: "p1") { name } }'), {
    data: { product: { name: 'Table' } },
  });
  registry.closeAllConnections();
  registry.close();
});

test.serial('says in one line why it cannot start', async (t) => {
  using folder = temporaryFolder();
  const notGraphql = folder.file('not.graphql');
  writeFileSync(notGraphql, '{"name": "x"}');
  const plain = folder.file('plain.graphql');
  writeFileSync(plain, 'type Query { a: Int }');
  const cases: readonly [args: readonly string[], reason: RegExp][] = [
    [[], /supergraph is missing: name a supergraph file or URL with --supergraph/],
    [['--supergraph', '/no/such.graphql'], /\/no\/such\.graphql: there is no such file/],
    [['--supergraph', notGraphql], /not\.graphql: The SDL is not a supergraph .* Syntax Error/],
    [['--supergraph', plain], /plain\.graphql: The SDL is not a supergraph/],
    [['--supergraph', 'http://127.0.0.1:1/'], /cannot be fetched \(ECONNREFUSED\)/],
    [['--supergraph', plain, '--port', 'abc'], /port \(--port\) must be a whole number/],
    [['--config', '/no/such.yaml'], /there is no such file/],
    [['--nonsense'], /Unknown option '--nonsense'/],
  ];
  for (const [args, reason] of cases) {
    const { code, stderr } = await runCli(args);
    t.is(code, 1);
    t.regex(stderr, reason);
    t.regex(stderr, /^plaza-gateway: [^\n]+\n$/);
  }
});

test.serial('says which port is busy', async (t) => {
  await using graph = await startSomebodysGraph([products]);
  const [server] = graph.servers;
  const { port } = new URL(server?.url ?? '');
  const { code, stderr } = await runCli(['--supergraph', graph.file, '--port', port]);
  t.is(code, 1);
  t.is(
    stderr,
    `plaza-gateway: Port ${port} is in use: stop the program that listens there, ` +
      'or choose another --port\n',
  );
});

test.serial('tells its usage and its version', async (t) => {
  const help = await runCli(['--help']);
  t.is(help.code, 0);
  t.regex(help.stdout, /--supergraph <file or URL>/);
  const version = await runCli(['--version']);
  t.regex(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

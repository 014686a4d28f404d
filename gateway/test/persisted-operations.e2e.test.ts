import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import test from 'ava';
import { Redis } from 'ioredis';
import { createConfig } from '../src/config.ts';
import { RedisManifest } from '../src/persisted-operations/redis-manifest.ts';
import { startCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { startSomebodysGraph } from './cli-kit/somebodys-graph.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

// First of all: tests must be declared at once.
const redis = await findRedis();

const query = '{ product(id: "p1") { name } }';
const sha256Hash = createHash('sha256').update(query).digest('hex');
const persistedQuery = { version: 1, sha256Hash };
const answer = { data: { product: { name: 'Table' } } };

test('learns an operation once, and answers to its hash from then on, by POST and GET', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const named = { extensions: { persistedQuery } };
  const unknown = await (await http.post(named)).json();
  t.like(unknown, { errors: { 0: { message: 'PersistedQueryNotFound' } } });
  t.like(unknown, { errors: { 0: { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } } } });
  t.deepEqual(await (await http.post({ query, ...named })).json(), answer);
  t.deepEqual(await (await http.post(named)).json(), answer);
  const search = new URLSearchParams({ extensions: JSON.stringify({ persistedQuery }) });
  t.deepEqual(await (await fetch(`${http.url}/graphql?${search}`)).json(), answer);
});

test("serves Apollo's client, which sends hashes first", async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const sent: string[] = [];
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(
    new HttpLink({
      uri: `${http.url}/graphql`,
      fetch: (url, options) => {
        sent.push(options?.method ?? 'GET');
        return fetch(url, options);
      },
    }),
  );
  for (const expected of [['GET', 'POST'], ['GET']]) {
    sent.length = 0;
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const { data } = await client.query({ query: gql(query), fetchPolicy: 'no-cache' });
    t.like(data, answer.data);
    t.deepEqual(sent, expected);
    client.stop();
  }
});

test('refuses what contradicts itself, and remembers nothing that it does not serve', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const wrongHash = { version: 1, sha256Hash: 'a'.repeat(64) };
  const rows: [object, string, RegExp][] = [
    [{ query, extensions: { persistedQuery: wrongHash } }, 'BAD_REQUEST', /not the SHA-256/],
    [{ extensions: { persistedQuery: { version: 2, sha256Hash } } }, 'BAD_REQUEST', /version 1/],
    [{ extensions: { persistedQuery: { version: 1, sha256Hash: '../x' } } }, 'BAD_REQUEST', /hex/],
    [{ extensions: { persistedQuery: 'x' } }, 'BAD_REQUEST', /version 1/],
    [{ documentId: 7 }, 'BAD_REQUEST', /documentId must be a string/],
    [{ documentId: 'nobody' }, 'PERSISTED_QUERY_NOT_FOUND', /NotFound/],
  ];
  for (const [body, code, message] of rows) {
    const { errors } = (await (await http.post(body)).json()) as {
      errors: { message: string; extensions: { code: string } }[];
    };
    t.is(errors[0]?.extensions.code, code);
    t.regex(errors[0]?.message ?? '', message);
  }
  const bad = '{ nothing }';
  const badHash = createHash('sha256').update(bad).digest('hex');
  const named = { extensions: { persistedQuery: { version: 1, sha256Hash: badHash } } };
  await http.post({ query: bad, ...named });
  const again = await (await http.post(named)).json();
  t.like(again, { errors: { 0: { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } } } });
});

test('serves the operations of manifests, and with mode trusted no others', async (t) => {
  await using subgraph = await startSubgraphServer(products);
  using folder = temporaryFolder();
  writeFileSync(folder.file('graph.graphql'), composeFixture([{ ...products, url: subgraph.url }]));
  mkdirSync(folder.file('manifests'));
  const apollo = {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: 'table', name: 'Table', type: 'query', body: query }],
  };
  writeFileSync(folder.file('manifests/web.json'), JSON.stringify(apollo));
  const relay = folder.file('relay.json');
  writeFileSync(relay, JSON.stringify({ names: '{ products { name } }' }));
  const config = folder.file('gateway.yaml');
  const settings = {
    supergraph: 'graph.graphql',
    port: 0,
    pollIntervalMs: 50,
    logging: { format: 'json' },
    persistedOperations: { mode: 'trusted', manifests: ['manifests', 'relay.json'] },
  };
  writeFileSync(config, JSON.stringify(settings));
  await using cli = startCli(['--config', config]);
  const url = await cli.served();
  const post = async (body: object) =>
    (
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).json() as Promise<{ data?: unknown; errors?: { extensions: { code: string } }[] }>;
  t.deepEqual(await post({ documentId: 'table' }), answer);
  t.deepEqual(await post({ query }), answer, 'the exact text of a listed operation is one, too');
  t.deepEqual(await post({ documentId: 'names' }), {
    data: { products: [{ name: 'Table' }, { name: 'Chair' }] },
  });
  const other = '{ product(id: "p2") { name } }';
  t.is((await post({ query: other })).errors?.[0]?.extensions.code, 'FORBIDDEN');
  const byHash = createHash('sha256').update(other).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash: byHash } };
  t.is((await post({ query: other, extensions })).errors?.[0]?.extensions.code, 'FORBIDDEN');
  writeFileSync(relay, JSON.stringify({ names: '{ products { name } }', chair: other }));
  while ((await post({ documentId: 'chair' })).errors !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  writeFileSync(relay, 'broken');
  await cli.said(/last good operations stay/);
  t.deepEqual(await post({ documentId: 'chair' }), { data: { product: { name: 'Chair' } } });
});

test('a manifest that cannot be read is one line at the start', async (t) => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('graph.graphql'), composeFixture([products]));
  const config = folder.file('gateway.yaml');
  for (const [content, message] of [
    ['{', /is not JSON/],
    ['[]', /neither Apollo's/],
    [undefined, /cannot be read/],
  ] as const) {
    const manifests = [`m${String(content).length}.json`];
    if (content !== undefined) writeFileSync(folder.file(manifests[0] ?? ''), content);
    const persistedOperations = { manifests };
    writeFileSync(config, JSON.stringify({ supergraph: 'graph.graphql', persistedOperations }));
    await using cli = startCli(['--config', config]);
    t.not(await cli.exited, 0);
    t.regex(cli.stderr(), message);
  }
});

if ('missing' in redis) {
  test.skip(`serves operations that are published in Redis (${redis.missing})`, (t) => t.pass());
} else {
  test.after.always(() => redis.stop());
  test('serves operations that are published in Redis, at once, and no others', async (t) => {
    await using graph = await startSomebodysGraph();
    const client = new Redis(redis.url);
    const key = `test:${randomUUID()}`;
    using _ = { [Symbol.dispose]: () => void client.del(key).then(() => client.quit()) };
    const config = graph.folder.file('gateway.yaml');
    const persistedOperations = { mode: 'trusted', redisManifest: key, redisManifestTtlMs: 1 };
    const options = { supergraph: graph.file, port: 0, persistedOperations };
    writeFileSync(config, JSON.stringify({ ...options, redis: { urls: [redis.url] } }));
    await using cli = startCli(['--config', config, '--log-format', 'json']);
    const url = await cli.served();
    const post = async (body: object): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const sent = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${url}/graphql`, sent)).json();
    };
    const refused = (code: string) => ({ errors: { 0: { extensions: { code } } } });
    t.like(await post({ documentId: 'web/1' }), refused('PERSISTED_QUERY_NOT_FOUND'));
    await client.hset(key, { 'web/1': query, [sha256Hash]: query });
    t.deepEqual(await post({ documentId: 'web/1' }), answer);
    t.deepEqual(await post({ query }), answer, 'the exact text, under its SHA-256');
    t.like(await post({ query: `${query} ` }), refused('FORBIDDEN'));
    await client.hdel(key, 'web/1');
    await sleep(5);
    t.like(await post({ documentId: 'web/1' }), refused('PERSISTED_QUERY_NOT_FOUND'));
  });
}

test('while Redis is away nobody says that an operation is not published', async (t) => {
  const settings = { key: 'k', charactersMax: 1_000, ttlMs: 60_000 };
  let isAway = false;
  const manifest = new RedisManifest(settings, async (_, field) => {
    if (isAway) throw new Error('Redis is away');
    return field === 'known' ? '{ a }' : undefined;
  });
  t.is(await manifest.get('known'), '{ a }');
  isAway = true;
  t.is(await manifest.get('known'), '{ a }', 'what was read serves on');
  await t.throwsAsync(manifest.get('other'), { code: 'SUPERGRAPH_UNAVAILABLE' });
});

test('a manifest in Redis without a Redis is a start-up error', (t) => {
  const error = t.throws(() =>
    createConfig({
      supergraph: 's.graphql',
      persistedOperations: { redisManifest: 'k' },
      contracts: { partner: { persistedOperations: { redisManifest: 'k' } } },
    }),
  );
  t.is(error?.message.match(/is in Redis, of which redis\.urls names none/g)?.length, 2);
});

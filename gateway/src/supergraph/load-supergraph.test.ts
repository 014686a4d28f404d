import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { loadSupergraph } from './load-supergraph.ts';

async function createFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'supergraph-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function serve(status: number, body: string): Promise<Disposable & { readonly url: string }> {
  const server: Server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/supergraph`,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('loads SDL from a file and from a URL', async (t) => {
  await using folder = await createFolder();
  const file = join(folder.path, 'supergraph.graphql');
  await writeFile(file, 'type Query { a: Int }');
  t.is(await loadSupergraph(file), 'type Query { a: Int }');
  using server = await serve(200, 'type Query { b: Int }');
  t.is(await loadSupergraph(server.url), 'type Query { b: Int }');
});

test('says in one line why there is no SDL', async (t) => {
  await using folder = await createFolder();
  using missing = await serve(404, 'no');
  const closed = await serve(200, '');
  closed[Symbol.dispose]();
  const large = join(folder.path, 'large.graphql');
  await writeFile(large, '');
  await truncate(large, 64 * 1024 * 1024 + 1);
  const reasons: Readonly<Record<string, RegExp>> = {
    [join(folder.path, 'none.graphql')]: /no such file\. Name a supergraph SDL file or URL/,
    [folder.path]: /it is a folder/,
    [large]: /more than 67108864 bytes/,
    [missing.url]: /answered 404, not 200/,
    [closed.url]: /cannot be fetched \(ECONNREFUSED\)\. See that its server runs/,
  };
  for (const [location, reason] of Object.entries(reasons)) {
    const error = await t.throwsAsync(loadSupergraph(location), { instanceOf: AppError });
    t.is(error.code, 'SUPERGRAPH_UNAVAILABLE');
    t.regex(error.message, reason);
    t.true(error.message.includes(location) && !error.message.includes('\n'));
  }
});

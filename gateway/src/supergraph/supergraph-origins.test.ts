import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { fileOrigin } from './file-origin.ts';
import type { SupergraphOrigin } from './supergraph-origin.ts';
import { urlOrigin } from './url-origin.ts';

async function createFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'supergraph-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

interface SdlServer extends Disposable {
  readonly url: string;
  readonly requests: IncomingMessage[];
}

async function serve(answer: RequestListener): Promise<SdlServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/supergraph`,
    requests,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const { signal } = new AbortController();

function originOf(location: string): SupergraphOrigin {
  return location.startsWith('http') ? urlOrigin(location) : fileOrigin(location);
}

async function sdlOf(origin: SupergraphOrigin): Promise<string> {
  return (await origin.find(signal)).toSdl(signal);
}

test('loads SDL from a file and from a URL', async (t) => {
  await using folder = await createFolder();
  const file = join(folder.path, 'supergraph.graphql');
  await writeFile(file, 'type Query { a: Int }');
  const inFile = fileOrigin(file);
  t.is(await sdlOf(inFile), 'type Query { a: Int }');
  await writeFile(file, 'type Query { c: Int }');
  t.is(await sdlOf(inFile), 'type Query { c: Int }');
  using server = await serve((_, response) => response.end('type Query { b: Int }'));
  t.is(await sdlOf(urlOrigin(server.url)), 'type Query { b: Int }');
});

for (const [header, condition] of [
  ['etag', 'if-none-match'],
  ['last-modified', 'if-modified-since'],
] as const) {
  test(`fetches SDL again only when its ${header} has changed`, async (t) => {
    let sdl = 'type Query { a: Int }';
    let version = 'v1';
    using server = await serve((request, response) => {
      const isKnown = request.headers[condition] === version;
      response.writeHead(isKnown ? 304 : 200, { [header]: version }).end(isKnown ? '' : sdl);
    });
    const origin = urlOrigin(server.url);
    const first = await origin.find(signal);
    const second = await origin.find(signal);
    t.is(server.requests[0]?.headers[condition], undefined);
    t.is(server.requests[1]?.headers[condition], 'v1');
    t.is(second.version, first.version);
    sdl = 'type Query { b: Int }';
    version = 'v2';
    t.is(await sdlOf(origin), sdl);
    t.is(await sdlOf(origin), sdl);
    t.is(server.requests[3]?.headers[condition], 'v2');
  });
}

test('gives up a fetch when the gateway stops', async (t) => {
  using server = await serve(() => undefined);
  const controller = new AbortController();
  const finding = urlOrigin(server.url).find(controller.signal);
  while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  t.like(await t.throwsAsync(finding), { code: 'SUPERGRAPH_UNAVAILABLE' });
});

test('says in one line why there is no SDL', async (t) => {
  await using folder = await createFolder();
  using missing = await serve((_, response) => response.writeHead(404).end('no'));
  const closed = await serve((_, response) => response.end());
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
    const error = await t.throwsAsync(originOf(location).find(signal), { instanceOf: AppError });
    t.is(error.code, 'SUPERGRAPH_UNAVAILABLE');
    t.regex(error.message, reason);
    t.true(error.message.includes(location) && !error.message.includes('\n'));
  }
});

import test from 'ava';
import { products } from './http-kit/shop-subgraphs.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';

function get(http: HttpGateway, path: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`${http.url}${path}`, { headers, redirect: 'manual' });
}

test('sends a browser from the graph to the explorer, and nobody else', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const path of ['/graphql', '/']) {
    const response = await get(http, path, browser);
    t.is(response.status, 302);
    t.is(response.headers.get('location'), '/explorer/');
  }
  const query = await get(http, '/graphql?query={__typename}', browser);
  t.deepEqual(await query.json(), { data: { __typename: 'Query' } });
  t.is((await get(http, '/graphql', { accept: '*/*' })).status, 400);
});

test('tells the page its title and examples', async (t) => {
  const examples = [{ name: 'Products', query: '{ products { id } }', variables: { first: 1 } }];
  const config = { explorer: { title: 'Shop', examples } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  const response = await get(http, '/explorer/config.json');
  t.is(response.headers.get('cache-control'), 'no-store');
  t.deepEqual(await response.json(), { endpoint: '/graphql', title: 'Shop', examples });
});

test('has no explorer when it is switched off', async (t) => {
  const config = { explorer: { enabled: false } };
  await using http = await startHttpGateway({ subgraphs: [products], config });
  for (const path of ['/', '/explorer/', '/explorer/config.json']) {
    t.is((await get(http, path, { accept: 'text/html' })).status, 404, path);
  }
  t.is((await get(http, '/graphql', { accept: 'text/html' })).status, 406);
});

test('gives no file outside the explorer', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const paths = ['../../package.json', '%2e%2e/%2e%2e/package.json', '..%2fsrc%2fmain.js', '%00'];
  for (const path of paths) {
    const response = await get(http, `/explorer/${path}`);
    t.true(response.status >= 400, path);
    t.notRegex(await response.text(), /@plaza/);
  }
});

test('serves the page with a strict policy, and its parts for a year', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products] });
  const page = await get(http, '/explorer/');
  t.is(page.status, 200, 'is the explorer built? npm run build');
  t.is(page.headers.get('content-type'), 'text/html; charset=utf-8');
  t.is(page.headers.get('cache-control'), 'no-cache');
  t.regex(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const [, script] = /src="(\/explorer\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
  const part = await get(http, script ?? '/missing', { 'accept-encoding': 'gzip, br' });
  t.is(part.status, 200);
  t.is(part.headers.get('content-type'), 'text/javascript; charset=utf-8');
  t.is(part.headers.get('content-encoding'), 'br');
  t.is(part.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const decoded = await part.text();
  const plain = await get(http, script ?? '/missing', { 'accept-encoding': 'identity' });
  t.is(plain.headers.get('content-encoding'), null);
  t.is(await plain.text(), decoded);
  t.is((await get(http, '/explorer/no-such-page')).status, 404);
});

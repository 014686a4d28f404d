import { generateKeyPairSync, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { fetchSdl } from '../src/composition/fetch-subgraph-sdl.ts';
import { createConfig } from '../src/config.ts';
import { createSigner } from '../src/signatures/sign-request.ts';
import { temporaryFolder } from './cli-kit/run-cli.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { digestOf, isHmac, signatureOf } from './identity-kit/signature-of.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { heartbeatIntervalMs, startCallbackGateway } from './live-kit/start-callback-gateway.ts';

const secret = 'a secret of at least 32 characters';
const signatures = { keyId: 'k1', secret };
const query = 'query Page { product(id: "p1") { name reviews { body } } }';

function signerOf(input: NonNullable<Parameters<typeof createConfig>[0]['signatures']>) {
  const config = createConfig({ supergraph: 'x', signatures: input });
  const sign = createSigner(config.signatures, () => 1_000_000_500);
  if (sign === undefined) throw new Error('There is a key');
  return sign;
}

test('signs each call for its subgraph, with all that says who asks', async (t) => {
  const config = { signatures, headers: { forward: ['authorization', 'accept-language'] } };
  await using http = await startHttpGateway({ subgraphs: [products, reviews], config });
  const forwarded = { authorization: 'Bearer t', 'accept-language': 'es' };
  const response = await http.post({ query }, { ...forwarded, signature: 'x=:AA==:' });
  t.deepEqual(Object.keys((await response.json()) as object), ['data']);
  const nonces = new Set<string | undefined>();
  for (const name of ['products', 'reviews']) {
    const { headers = {}, body } = http.server(name).requests[0] ?? {};
    const read = signatureOf(headers, 'POST', '/graphql');
    t.true(isHmac(read, secret), name);
    t.is(headers['content-digest'], digestOf(body));
    for (const covered of ['@method', '@path', 'content-digest', ...Object.keys(forwarded)]) {
      t.true(read.covered.includes(covered), covered);
    }
    const { parameters } = read;
    t.like(parameters, { keyid: 'k1', alg: 'hmac-sha256', tag: name });
    t.is(Number(parameters.expires) - Number(parameters.created), 30);
    t.true(Math.abs(Number(parameters.created) - Date.now() / 1_000) < 5);
    nonces.add(parameters.nonce);
  }
  t.is(nonces.size, 2);
  t.notRegex(http.logText(), /a secret of/);
});

test('signs nothing without a key', async (t) => {
  await using http = await startHttpGateway({ subgraphs: [products, reviews] });
  await http.post({ query });
  const { headers } = http.server('products').requests[0] ?? {};
  t.is(headers?.signature, undefined);
  t.is(headers?.['content-digest'], undefined);
});

test('signs the upgrade of a WebSocket to a subgraph', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  const config = { signatures, headers: { forward: ['authorization'] } };
  await using http = await startHttpGateway({ subgraphs, config });
  const connectionParams = { authorization: 'Bearer t' };
  await using client = createLiveClient(http.url, { connectionParams });
  client.follow('subscription { matchChanged(id: "m1") { seq } }');
  await feed.untilSubscribed(1);
  const [socket] = http.server('matches').live.sockets;
  const read = signatureOf(socket?.upgradeHeaders ?? {}, 'GET', '/graphql');
  t.true(isHmac(read, secret));
  t.deepEqual(read.covered, ['@method', '@path', 'authorization']);
});

test('signs what it asks by callbacks and for the SDL', async (t) => {
  const received: { headers: Readonly<Record<string, unknown>>; body: string; url: string }[] = [];
  await using server = createServer(async (request, response) => {
    const { headers, url = '' } = request;
    received.push({ headers, url, body: await text(request) });
    const data = { _service: { sdl: 'type Query { a: Int }' } };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql?v=1`;
  await fetchSdl('matches', url, { sign: signerOf(signatures) });
  const { subgraphs } = createMatchGraph();
  await using http = await startCallbackGateway({ subgraphs, url, config: { signatures } });
  await using client = createLiveClient(http.url);
  await client.follow('subscription { matchChanged(id: "m1") { seq } }').ended;
  t.true(received.length >= 2 && heartbeatIntervalMs > 0);
  for (const { headers, body, url: target } of received) {
    const read = signatureOf(headers as Record<string, string>, 'POST', target);
    t.true(isHmac(read, secret));
    t.is(headers['content-digest'], digestOf(body));
    t.true(read.covered.includes('@query'));
    t.is(read.parameters.tag, 'matches');
  }
});

test('signs with an Ed25519 key from a file', (t) => {
  using folder = temporaryFolder();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privateKeyFile = folder.file('key.pem');
  writeFileSync(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const sign = signerOf({ keyId: 'k2', algorithm: 'ed25519', privateKeyFile });
  const unsigned = { subgraph: 'a', method: 'POST', path: '/', headers: {}, body: '{}' } as const;
  const { base, signature, parameters } = signatureOf(sign(unsigned), 'POST', '/');
  t.true(verify(null, Buffer.from(base), publicKey, signature));
  t.like(parameters, { created: '1000000', expires: '1000030', alg: 'ed25519' });
  writeFileSync(privateKeyFile, 'none');
  t.throws(() => signerOf({ keyId: 'k2', algorithm: 'ed25519', privateKeyFile }), {
    message: /privateKeyFile .* cannot be read as a key in PEM/,
  });
});

test('says at the start which part of a key is missing', (t) => {
  const problemsOf = (given: object): string =>
    t.throws(() => createConfig({ supergraph: 'x', signatures: given }))?.message ?? '';
  t.regex(problemsOf({ keyId: 'k1' }), /signatures.secret is missing/);
  t.regex(problemsOf({ secret }), /signatures.keyId is missing/);
  const both = problemsOf({ keyId: 'k1', algorithm: 'ed25519', secret });
  t.regex(both, /signatures.secret is not for ed25519; signatures.privateKeyFile is missing/);
});

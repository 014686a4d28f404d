import { createHash, createHmac } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { fastify } from 'fastify';
import { requireGateway } from '../server/require-gateway.ts';
import { signatureBase } from './message-signature.ts';
import { readSignatureKeys } from './signature-keys.ts';
import { createGatewayVerifier } from './verify-gateway.ts';

const secret = 'a-secret-of-at-least-32-characters';
const nowMs = 1_800_000_000_000;
const body = '{"query":"{ a }"}';
let lastNonce = 0;

interface Changes {
  readonly secret?: string;
  readonly covered?: readonly string[];
  /** Over the parameters that are right; undefined leaves one out. */
  readonly parameters?: Readonly<Record<string, string | number | undefined>>;
  /** Over the headers, after they were signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly target?: string;
  readonly signedTarget?: string;
}

/** A request as a gateway signs it, changed on the way. */
function signedRequest(changes: Changes = {}) {
  const { method = 'POST', target = '/graphql', signedTarget = '/graphql' } = changes;
  const digest = createHash('sha256').update(body).digest('base64');
  const headers = { authorization: 'Bearer t', 'content-digest': `sha-256=:${digest}:` };
  const covered = changes.covered ?? ['@method', '@path', 'content-digest', 'authorization'];
  lastNonce += 1;
  const created = nowMs / 1_000;
  const right = { created, expires: created + 30, nonce: `n${lastNonce}`, keyid: 'k1', tag: 'a' };
  const values = Object.entries({ ...right, ...changes.parameters })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `;${name}=${typeof value === 'number' ? value : `"${value}"`}`);
  const parameters = `(${covered.map((name) => `"${name}"`).join(' ')})${values.join('')}`;
  const base = signatureBase(
    { covered, parameters },
    { method: 'POST', target: signedTarget, headers },
  );
  const seal = createHmac('sha256', changes.secret ?? secret).update(base ?? '');
  const signature = {
    'signature-input': `gateway=${parameters}`,
    signature: `gateway=:${seal.digest('base64')}:`,
  };
  return { method, target, headers: { ...headers, ...signature, ...changes.headers } };
}

function verifierOf(keys = `k1:${secret}`) {
  return createGatewayVerifier({
    keys: readSignatureKeys(keys),
    subgraph: 'a',
    now: () => nowMs,
  });
}

test('agrees with the example of RFC 9421, section B.2.6', (t) => {
  const raw = Buffer.from('JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs', 'base64url');
  const keys = readSignatureKeys(`test-key-ed25519:ed25519:${raw.toString('base64')}`);
  const covered = ['date', '@method', '@path', '@authority', 'content-type', 'content-length'];
  const parameters = `(${covered.map((name) => `"${name}"`).join(' ')});created=1618884473;keyid="test-key-ed25519"`;
  const headers = {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-length': '18',
  };
  const target = '/foo?param=Value&Pet=dog';
  const base = signatureBase({ covered, parameters }, { method: 'POST', target, headers }) ?? '';
  const signature = Buffer.from(
    'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
    'base64',
  );
  const key = keys.get('test-key-ed25519');
  t.true(key?.isSignatureOf(signature, base));
  t.false(key?.isSignatureOf(signature, `${base} `));
});

test('lets in what a gateway has signed, by either of two keys', (t) => {
  const other = 'another-secret-of-32-characters-or-more';
  const verify = verifierOf(`k1:${secret},k2:${other}`);
  t.notThrows(() => verify(signedRequest()));
  t.notThrows(() => verify(signedRequest({ secret: other, parameters: { keyid: 'k2' } })));
  t.throws(() => verify(signedRequest({ secret: other })), { message: /does not fit/ });
});

const seconds = nowMs / 1_000;
const refused: Readonly<Record<string, readonly [Changes, RegExp]>> = {
  'no signature': [{ headers: { signature: '' } }, /has no signature/],
  'two signatures': [{ headers: { 'signature-input': 'a=();x, gateway=()' } }, /has no signature/],
  'an unknown key': [{ parameters: { keyid: 'k9' } }, /unknown key/],
  'another algorithm than its key has': [{ parameters: { alg: 'ed25519' } }, /another algorithm/],
  'another secret': [{ secret: 'x' }, /does not fit/],
  'a changed identity': [{ headers: { authorization: 'Bearer root' } }, /does not fit/],
  'an added identity': [{ headers: { 'plaza-viewer-id': 'root' } }, /not cover plaza-viewer-id/],
  'a changed digest': [{ headers: { 'content-digest': 'sha-256=:AA==:' } }, /does not fit/],
  'another method': [{ method: 'PUT' }, /does not fit/],
  'another path': [{ target: '/other' }, /does not fit/],
  'an added search': [{ target: '/graphql?x' }, /not cover @query/],
  'an unsigned body': [{ covered: ['@method', '@path', 'authorization'] }, /content-digest/],
  'an unsigned identity': [{ covered: ['@method', '@path', 'content-digest'] }, /authorization/],
  'another subgraph': [{ parameters: { tag: 'b' } }, /another service/],
  'no tag': [{ parameters: { tag: undefined } }, /another service/],
  'no time': [{ parameters: { created: undefined } }, /lacks created/],
  'no end': [{ parameters: { expires: undefined } }, /lacks created/],
  'no nonce': [{ parameters: { nonce: undefined } }, /lacks created/],
  'a time to come': [{ parameters: { created: seconds + 6 } }, /in the future/],
  'an end that is past': [{ parameters: { expires: seconds - 6 } }, /too old/],
  'a time long past': [{ parameters: { created: seconds - 606 } }, /too old/],
};

for (const [what, [changes, message]] of Object.entries(refused)) {
  test(`refuses a call with ${what}`, (t) => {
    const verify = verifierOf();
    const error = t.throws(() => verify(signedRequest(changes)), { instanceOf: AppError, message });
    t.is(error?.code, 'FORBIDDEN');
  });
}

test('refuses a call that came before', (t) => {
  const verify = verifierOf();
  const request = signedRequest();
  verify(request);
  t.throws(() => verify(request), { message: /came before/ });
});

test('refuses a body that is not the signed one, over HTTP', async (t) => {
  await using app = fastify();
  const verify = createGatewayVerifier({
    keys: readSignatureKeys(`k1:${secret}`),
    subgraph: 'a',
    now: () => nowMs,
  });
  app.post('/graphql', { ...requireGateway(verify) }, async (request) => request.body);
  const post = async (payload: string, changes?: Changes) => {
    const { headers } = signedRequest(changes);
    const type = { 'content-type': 'application/json' };
    const request = { method: 'POST', url: '/graphql', headers: { ...headers, ...type }, payload };
    const { statusCode, body: text } = await app.inject(request as never);
    return statusCode === 200 ? text : (JSON.parse(text) as { message: string }).message;
  };
  t.is(await post(body), body);
  t.regex(await post('{"query":"{ b }"}'), /body is not the one/);
  t.regex(await post('not JSON at all', { secret: 'x' }), /does not fit/, 'before it is read');
});

test('says what is wrong with keys, and no secret', (t) => {
  const problemOf = (text: string) => t.throws(() => readSignatureKeys(text))?.message;
  t.is(problemOf('k1:short'), 'the secret of key k1 must have at least 32 characters');
  t.is(problemOf(secret), 'must be <id>:<secret> or <id>:ed25519:<public key>');
  t.is(problemOf('k1:ed25519:AAAA'), 'key k1 is no Ed25519 public key in base64');
  t.is(problemOf(`k1:${secret},k1:${secret}`), 'names the key k1 twice');
  t.is(readSignatureKeys('').size, 0);
});

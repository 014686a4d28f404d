import { createHmac } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { base64url, UnsecuredJWT } from 'jose';
import type { TokenIssuer, TokenOptions } from '../../test/identity-kit/token-issuer.ts';
import {
  createSigningKey,
  signToken,
  startTokenIssuer,
} from '../../test/identity-kit/token-issuer.ts';
import type { ConfigInput } from '../config.ts';
import { createConfig } from '../config.ts';
import type { VerifyToken } from './token-verifier.ts';
import { createTokenVerifier } from './token-verifier.ts';

const key = await createSigningKey('k1');
const stranger = await createSigningKey('k1');

interface Settings {
  readonly now?: () => number;
  readonly times?: ConfigInput['authentication'];
}

function verifierFor(issuers: readonly TokenIssuer[], { now, times }: Settings = {}): VerifyToken {
  const settings = issuers.map(({ issuer, jwksUrl }) => ({ issuer, jwksUrl, audience: ['graph'] }));
  const input = { supergraph: 'x', authentication: { ...times, issuers: settings } };
  const verify = createTokenVerifier(createConfig(input).authentication, now);
  if (verify === undefined) throw new Error('There are issuers');
  return verify;
}

async function refusal(work: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: 'was let in' };
}

test('tells the viewer of a good token', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const expiresAt = 2_000_000_000_000;
  const claims = { scope: 'order:read  order:write', scp: ['extra', 7], role: 'SELLER' };
  const token = await signToken(key, { claims, expiresAt });
  const viewer = await verifierFor([issuer])(token);
  t.is(viewer.id, 'ada');
  t.deepEqual([...viewer.scopes], ['order:read', 'order:write', 'extra']);
  t.is(viewer.expiresAt, expiresAt + 5_000);
  t.is(viewer.claims.role, 'SELLER');
});

const bad: Readonly<Record<string, readonly [TokenOptions, RegExp]>> = {
  'has expired': [{ expiresAt: Date.now() - 10_000 }, /has expired: sign in again/],
  'is for another audience': [{ claims: { aud: 'other' } }, /another audience/],
  'names no audience': [{ claims: { aud: undefined } }, /another audience/],
  'is of an unknown issuer': [{ claims: { iss: 'https://evil.test' } }, /not trusted here/],
  'names no issuer': [{ claims: { iss: undefined } }, /not trusted here/],
  'is not valid yet': [{ claims: { nbf: Math.floor(Date.now() / 1_000) + 60 } }, /not valid/],
  'names nobody': [{ claims: { sub: undefined } }, /not valid/],
  'has an empty subject': [{ claims: { sub: '' } }, /not valid/],
  'never ends': [{ claims: { exp: undefined } }, /not valid/],
  'wants something critical': [{ header: { crit: ['urgent'], urgent: true } }, /not valid/],
};

for (const [what, [options, message]] of Object.entries(bad)) {
  test(`refuses a token that ${what}`, async (t) => {
    await using issuer = await startTokenIssuer('https://id.test', [key]);
    const token = await signToken(key, options);
    const verify = verifierFor([issuer]);
    const { code, ...told } = await refusal(() => verify(token));
    t.is(code, 'UNAUTHENTICATED');
    t.regex(told.message, message);
  });
}

test('refuses forged and confused tokens', async (t) => {
  const rsa = await createSigningKey('rsa', 'RS256');
  await using issuer = await startTokenIssuer('https://id.test', [key, rsa]);
  const verify = verifierFor([issuer]);
  const good = await signToken(key);
  const [head = '', body = '', signature = ''] = good.split('.');
  const claims = { iss: 'https://id.test', aud: 'graph', sub: 'ada', exp: 2_000_000_000 };
  const header = (fields: object): string => base64url.encode(JSON.stringify(fields));
  const payload = header({ ...claims, sub: 'root' });
  const hmacHead = header({ alg: 'HS256', kid: 'rsa' });
  const hmac = createHmac('sha256', JSON.stringify(rsa.publicKey)).update(`${hmacHead}.${body}`);
  const forged = {
    'another key of the same id': await signToken(stranger),
    'changed claims': `${head}.${payload}.${signature}`,
    'no signature': `${head}.${body}.`,
    'algorithm none': new UnsecuredJWT(claims).encode(),
    'algorithm none in capitals': `${header({ alg: 'NONE' })}.${body}.`,
    'public key as HMAC secret': `${hmacHead}.${body}.${hmac.digest('base64url')}`,
    'its own key in the header': await signToken(stranger, { header: { jwk: stranger.publicKey } }),
    'a key URL of its own': await signToken(stranger, { header: { jku: 'http://127.0.0.1:1' } }),
    'a key id that is a path': await signToken(stranger, { header: { kid: '../../dev/null' } }),
    'another algorithm than its key has': `${header({ alg: 'RS256', kid: 'k1' })}.${body}.${signature}`,
    'four parts': `${good}.x`,
    'no parts': 'token',
    'no JSON': 'a.b.c',
  };
  for (const [what, token] of Object.entries(forged)) {
    t.is((await refusal(() => verify(token))).code, 'UNAUTHENTICATED', what);
  }
});

test('accepts only the algorithms that are configured, of an issuer that uses others too', async (t) => {
  const rsa = await createSigningKey('rsa', 'RS512');
  await using issuer = await startTokenIssuer('https://id.test', [key, rsa]);
  t.is(
    (await refusal(async () => verifierFor([issuer])(await signToken(rsa)))).code,
    'UNAUTHENTICATED',
  );
});

test('holds a token against the keys of its own issuer', async (t) => {
  const other = await createSigningKey('k1');
  await using first = await startTokenIssuer('https://id.test', [key]);
  await using second = await startTokenIssuer('https://partner.test', [other]);
  const verify = verifierFor([first, second]);
  const claims = { iss: 'https://partner.test', sub: 'partner-1' };
  t.is((await verify(await signToken(other, { claims }))).id, 'partner-1');
  t.is((await verify(await signToken(key))).id, 'ada');
  t.is(
    (await refusal(async () => verify(await signToken(key, { claims })))).code,
    'UNAUTHENTICATED',
  );
});

test('verifies a token once, until it ends', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  let now = Date.now();
  const verify = verifierFor([issuer], { now: () => now });
  const token = await signToken(key, { expiresAt: now + 60_000 });
  const viewer = await verify(token);
  t.is(verify(token), viewer, 'at once, and the same');
  now += 64_000;
  t.is(verify(token), viewer, 'clock skew');
  now += 2_000;
  t.regex((await refusal(() => verify(token))).message, /has expired/);
});

test('refuses the tokens of a key that was withdrawn, once the keys are fetched anew', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  let now = Date.now();
  const verify = verifierFor([issuer], { now: () => now, times: { jwksCacheMs: 60_000 } });
  const token = await signToken(key);
  const viewer = await verify(token);
  issuer.publish([await createSigningKey('k2')]);
  now += 59_000;
  t.is(verify(token), viewer);
  now += 2_000;
  await verify(token); // with the keys at hand, while new ones are fetched
  await refusal(async () => verify(await signToken(stranger, { header: { kid: 'unknown' } })));
  now += 60_000;
  t.is((await refusal(() => verify(token))).code, 'UNAUTHENTICATED');
});

test('remembers no more tokens than it may', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const verify = verifierFor([issuer], { times: { tokensMax: 2 } });
  const tokens = await Promise.all(
    ['a', 'b', 'c'].map((sub) => signToken(key, { claims: { sub } })),
  );
  for (const token of tokens) await verify(token);
  t.true(verify(tokens[0] ?? '') instanceof Promise);
  t.false(verify(tokens[2] ?? '') instanceof Promise);
});

test('says that the service is at fault, not the token, when there are no keys', async (t) => {
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const token = await signToken(key);
  for (const behaviour of ['500', 'not-keys', 'hang', 'endless'] as const) {
    issuer.behave(behaviour);
    const verify = verifierFor([issuer], { times: { jwksTimeoutMs: 500 } });
    const { code } = await refusal(() => verify(token));
    t.is(code, 'DOWNSTREAM_SERVICE_ERROR', behaviour);
  }
});

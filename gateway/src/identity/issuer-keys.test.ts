import test from 'ava';
import { errors } from 'jose';
import type { TokenIssuer } from '../../test/identity-kit/token-issuer.ts';
import { createSigningKey, startTokenIssuer } from '../../test/identity-kit/token-issuer.ts';
import { createIssuerKeys } from './issuer-keys.ts';

const first = await createSigningKey('first');
const second = await createSigningKey('second');

/** Keys of the issuer at a clock that the test moves. */
function keysOf({ jwksUrl }: TokenIssuer) {
  let now = 1_000_000;
  const times = { timeoutMs: 2_000, cacheMs: 10_000, staleMs: 60_000, cooldownMs: 5_000 };
  const find = createIssuerKeys({ jwksUrl, ...times, now: () => now });
  return {
    find: async (kid: string) => find({ alg: 'EdDSA', kid }, { payload: '', signature: '' }),
    pass: (ms: number): void => {
      now += ms;
    },
  };
}

async function untilRequests(issuer: TokenIssuer, count: number): Promise<void> {
  while (issuer.requests() < count) await new Promise(setImmediate);
}

test('fetches the keys once for all who ask, and again when they are old', async (t) => {
  await using issuer = await startTokenIssuer('i', [first]);
  const keys = keysOf(issuer);
  await Promise.all(Array.from({ length: 50 }, () => keys.find('first')));
  keys.pass(9_999);
  await keys.find('first');
  t.is(issuer.requests(), 1);
  keys.pass(1);
  await keys.find('first');
  await untilRequests(issuer, 2);
  await keys.find('first');
  t.is(issuer.requests(), 2);
});

test('finds a key that the issuer has begun to use since', async (t) => {
  await using issuer = await startTokenIssuer('i', [first]);
  const keys = keysOf(issuer);
  await keys.find('first');
  issuer.publish([first, second]);
  keys.pass(5_000);
  await t.notThrowsAsync(keys.find('second'));
});

test('fetches for unknown key ids once in a while, however many come', async (t) => {
  await using issuer = await startTokenIssuer('i', [first]);
  const keys = keysOf(issuer);
  await keys.find('first');
  keys.pass(5_000);
  for (let id = 0; id < 100; id += 1) {
    await t.throwsAsync(keys.find(`unknown-${id}`), { instanceOf: errors.JWKSNoMatchingKey });
  }
  t.is(issuer.requests(), 2);
});

test('goes on with the keys at hand while the issuer is away, but not for ever', async (t) => {
  await using issuer = await startTokenIssuer('i', [first]);
  const keys = keysOf(issuer);
  await keys.find('first');
  issuer.behave('500');
  keys.pass(15_000);
  await t.notThrowsAsync(keys.find('first'));
  await untilRequests(issuer, 2);
  await t.throwsAsync(keys.find('other'), { instanceOf: errors.JWKSNoMatchingKey });
  keys.pass(44_999);
  await t.notThrowsAsync(keys.find('first'));
  keys.pass(1);
  await t.throwsAsync(keys.find('first'), { message: /status 500/ });
  issuer.behave('ok');
  keys.pass(1_000);
  await t.notThrowsAsync(keys.find('first'));
});

test('does not ask an issuer that has just failed', async (t) => {
  await using issuer = await startTokenIssuer('i', [first]);
  issuer.behave('500');
  const keys = keysOf(issuer);
  for (let attempt = 0; attempt < 10; attempt += 1) await t.throwsAsync(keys.find('first'));
  t.is(issuer.requests(), 1);
  keys.pass(1_000);
  issuer.behave('ok');
  await t.notThrowsAsync(keys.find('first'));
});

test('follows no redirect', async (t) => {
  await using issuer = await startTokenIssuer('i', [first]);
  issuer.behave('redirect');
  await t.throwsAsync(keysOf(issuer).find('first'), { message: /status 302/ });
});

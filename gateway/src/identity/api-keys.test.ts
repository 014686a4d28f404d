import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import type { KeyService } from '../../test/identity-kit/key-service.ts';
import { startKeyService } from '../../test/identity-kit/key-service.ts';
import { eventually } from '../../test/kit/eventually.ts';
import type { ConfigInput } from '../config.ts';
import { createConfig } from '../config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { ApiKeys } from './api-keys.ts';
import type { Viewer } from './viewer.ts';

type Options = NonNullable<ConfigInput['authentication']>['apiKeys'];

const partner = { clientId: 'c1', keyId: 'k1', scopes: ['order:read'], contract: 'partner' };

/** Keys by a clock of the test's own. */
function keysOf({ verifyUrl, secret }: KeyService, options: Options = {}) {
  const clock = { ms: 1_000_000 };
  const apiKeys = { verifyUrl, secret, ...options };
  const { authentication } = createConfig({ supergraph: 'x', authentication: { apiKeys } });
  const logger = createLogger({ level: 'silent', format: 'json' });
  return { clock, keys: new ApiKeys(authentication.apiKeys, logger, () => clock.ms) };
}

async function codeOf(work: () => Viewer | Promise<Viewer>): Promise<string> {
  try {
    await work();
    return 'good';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

test('tells the viewer of a key, and asks about it once', async (t) => {
  await using service = await startKeyService();
  const claims = { tier: 3 };
  service.set('good', { ...partner, scope: 'a b', rateLimitClass: 'gold', claims });
  const { keys } = keysOf(service);
  const [viewer, same] = await Promise.all([keys.verify('good'), keys.verify('good')]);
  t.is(viewer, same);
  t.is(keys.verify('good'), viewer, 'at once, from now on');
  t.deepEqual(service.asked, ['good']);
  t.deepEqual([...viewer.scopes], ['order:read', 'a', 'b']);
  t.like(viewer, { id: 'c1', kind: 'partner', apiKeyId: 'k1', contract: 'partner', claims });
  t.like(viewer, { rateLimitClass: 'gold', expiresAt: Number.POSITIVE_INFINITY });
});

test('refuses unknown keys, and asks about each once in cacheMs', async (t) => {
  await using service = await startKeyService();
  const { keys, clock } = keysOf(service);
  for (const key of ['bad', 'bad', '', 'a b', 'a, b', 'schlüssel', 'x'.repeat(513)]) {
    t.is(await codeOf(() => keys.verify(key)), 'UNAUTHENTICATED', key);
  }
  t.deepEqual(service.asked, ['bad'], 'what no key looks like is not asked about');
  service.set('bad', partner);
  clock.ms += 4_001;
  t.is(await codeOf(() => keys.verify('bad')), 'good');
});

test('refuses a revoked key once the answer is out of time', async (t) => {
  await using service = await startKeyService();
  service.set('good', partner);
  const { keys, clock } = keysOf(service);
  await keys.verify('good');
  service.set('good', undefined);
  clock.ms += 1_999;
  t.is(await codeOf(() => keys.verify('good')), 'good');
  t.is(service.asked.length, 1);
  clock.ms += 2_001;
  t.is(await codeOf(() => keys.verify('good')), 'UNAUTHENTICATED');
});

test('asks ahead while a key is in use, so that nobody waits', async (t) => {
  await using service = await startKeyService();
  service.set('good', partner);
  const { keys, clock } = keysOf(service);
  await keys.verify('good');
  for (const keyId of ['k2', 'k3', 'k4']) {
    service.set('good', { ...partner, keyId });
    clock.ms += 2_000;
    t.false(keys.verify('good') instanceof Promise);
    await eventually(() => (keys.verify('good') as Viewer).apiKeyId === keyId);
  }
  t.is(service.asked.length, 4);
});

test('a key ends when it says so, whatever is remembered', async (t) => {
  await using service = await startKeyService();
  service.set('old', { ...partner, expiresAt: new Date(Date.now() - 1).toISOString() });
  service.set('new', { ...partner, expiresAt: new Date(Date.now() + 60_000).toISOString() });
  const { keys } = keysOf(service);
  t.is(await codeOf(() => keys.verify('old')), 'UNAUTHENTICATED');
  t.is(await codeOf(() => keys.verify('new')), 'good');
});

for (const behaviour of ['500', 'hang', 'nonsense'] as const) {
  test(`serves good keys on for staleMs while the service answers: ${behaviour}`, async (t) => {
    await using service = await startKeyService();
    service.set('good', partner);
    const { keys, clock } = keysOf(service, { timeoutMs: 700, staleMs: 10_000 });
    const viewer = await keys.verify('good');
    const standing = keys.standing('good', viewer);
    service.behave(behaviour);
    t.is(await codeOf(() => keys.verify('other')), 'DOWNSTREAM_SERVICE_ERROR');
    clock.ms += 9_999;
    t.is(await codeOf(() => keys.verify('good')), 'good');
    t.true(standing());
    clock.ms += 1;
    t.is(await codeOf(() => keys.verify('good')), 'DOWNSTREAM_SERVICE_ERROR');
    t.false(standing());
    service.behave('ok');
    clock.ms += 1_000;
    t.is(await codeOf(() => keys.verify('good')), 'good');
    t.true(standing(), 'the same viewer');
  });
}

test('a key that was refused serves no longer, though nobody answers then', async (t) => {
  await using service = await startKeyService();
  service.set('good', partner);
  const { keys, clock } = keysOf(service, { timeoutMs: 700 });
  await keys.verify('good');
  service.set('good', undefined);
  clock.ms += 4_000;
  t.is(await codeOf(() => keys.verify('good')), 'UNAUTHENTICATED');
  service.behave('500');
  clock.ms += 4_000;
  t.is(await codeOf(() => keys.verify('good')), 'DOWNSTREAM_SERVICE_ERROR');
});

test('what lasts ends when its key is revoked or allows something else', async (t) => {
  await using service = await startKeyService();
  service.set('good', partner);
  service.set('changing', partner);
  const { keys, clock } = keysOf(service);
  const standings = await Promise.all(
    ['good', 'changing'].map(async (key) => keys.standing(key, await keys.verify(key))),
  );
  for (let asked = 4; asked <= 20; asked += 2) {
    clock.ms += 2_000;
    await eventually(() => standings.every((holds) => holds()) && service.asked.length >= asked);
  }
  service.set('good', undefined);
  service.set('changing', { ...partner, scopes: [] });
  clock.ms += 2_000;
  for (const holds of standings) await eventually(() => !holds());
  t.is(service.asked.length, 22);
});

test('made-up keys crowd out no good one and keep the service for themselves', async (t) => {
  await using service = await startKeyService();
  service.set('good', partner);
  const { keys, clock } = keysOf(service, { entriesMax: 2, callsMax: 3, timeoutMs: 700 });
  await keys.verify('good');
  for (let n = 0; n < 10; n += 1) await codeOf(() => keys.verify(`made-up-${n}`));
  t.false(keys.verify('good') instanceof Promise);
  service.behave('hang');
  const hanging = ['a', 'b', 'c'].map((key) => codeOf(() => keys.verify(key)));
  t.is(await codeOf(() => keys.verify('d')), 'RATE_LIMITED');
  await service.untilAsked(14);
  service.behave('ok');
  clock.ms += 4_000;
  t.is(await codeOf(() => keys.verify('good')), 'good', 'known keys need not wait');
  t.deepEqual(new Set(await Promise.all(hanging)), new Set(['DOWNSTREAM_SERVICE_ERROR']));
});

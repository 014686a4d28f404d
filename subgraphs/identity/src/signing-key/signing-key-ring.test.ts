import { randomBytes } from 'node:crypto';
import { createDatabaseAdapter } from '@plaza/kit/database';
import { createTestDatabase } from '@plaza/prisma/test-database';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { readIdentityConfig } from '../config.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { publishLeadMs, tokenLifetimeMs } from './key-schedule.ts';
import { createPrivateKeyCipher } from './private-key-cipher.ts';
import { createKeyRotation } from './rotate-signing-key.ts';
import { SigningKeyRing } from './signing-key-ring.ts';

const log = pino({ level: 'silent' });
const origin = {
  actorId: undefined,
  requestId: 'test',
  clientAddress: undefined,
  clientName: undefined,
};

async function openDatabase(t: ExecutionContext) {
  const database = await createTestDatabase('identity');
  const config = { ...readIdentityConfig({}), databaseUrl: database.url };
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', config) });
  t.teardown(async () => {
    await prisma.$disconnect();
    await database[Symbol.asyncDispose]();
  });
  const clock = { now: Date.now() };
  const open = (encryptionKey?: Uint8Array) => {
    const cipher = createPrivateKeyCipher(encryptionKey);
    return SigningKeyRing.open({ prisma, cipher, log, now: () => clock.now });
  };
  return { prisma, clock, open };
}

async function publishedIds(ring: SigningKeyRing): Promise<(string | undefined)[]> {
  return (await ring.publicKeySet()).keys.map((key) => key.kid);
}

test('replicas that start together agree on one first key, and a restart keeps it', async (t) => {
  const { prisma, open } = await openDatabase(t);
  const rings = await Promise.all([1, 2, 3].map(() => open()));
  rings.push(await open());
  const active = await Promise.all(rings.map((ring) => ring.activeKey()));
  t.is(new Set(active.map(({ id }) => id)).size, 1);
  t.is(await prisma.signingKey.count(), 1);
});

test('a new key is published before it signs, the old one until its tokens have ended', async (t) => {
  const { prisma, clock, open } = await openDatabase(t);
  const cipher = createPrivateKeyCipher(undefined);
  const ring = await open();
  const other = await open();
  const first = (await ring.activeKey()).id;
  const rotate = createKeyRotation({ prisma, cipher, ring, now: () => clock.now });
  const rotated = await rotate(false, origin);
  if (rotated.__typename !== 'SigningKeyRotated') return t.fail(rotated.__typename);
  const second = rotated.keyId;
  t.is(rotated.activatesAt.getTime(), clock.now + publishLeadMs);
  t.deepEqual(await publishedIds(ring), [second, first]);
  t.is((await ring.activeKey()).id, first);
  t.is((await rotate(false, origin)).__typename, 'RotationUnderWay');

  clock.now += 5_000; // another replica looks for new keys
  t.deepEqual(await publishedIds(other), [second, first]);
  clock.now = rotated.activatesAt.getTime();
  t.is((await other.activeKey()).id, second);
  clock.now += tokenLifetimeMs;
  t.deepEqual(await publishedIds(other), [second, first]);
  clock.now += 2 * 60_000;
  t.deepEqual(await publishedIds(other), [second]);
  await rotate(false, origin);
  t.is(await prisma.signingKey.count({ where: { id: first } }), 0);
});

test('a compromised key is neither used nor published any more', async (t) => {
  const { prisma, clock, open } = await openDatabase(t);
  const cipher = createPrivateKeyCipher(undefined);
  const ring = await open();
  const first = (await ring.activeKey()).id;
  const rotate = createKeyRotation({ prisma, cipher, ring, now: () => clock.now });
  await rotate(false, origin); // even while another waits
  const rotated = await rotate(true, origin);
  t.is(rotated.__typename, 'SigningKeyRotated');
  t.not((await ring.activeKey()).id, first);
  t.is((await publishedIds(ring)).length, 1);
  t.is(await prisma.signingKey.count(), 1);
  const actions = await prisma.auditEntry.findMany({ select: { action: true } });
  t.deepEqual(
    actions.map(({ action }) => action),
    ['signing_key.rotated', 'signing_key.rotated'],
  );
});

test('private keys are encrypted once a key-encryption key is set, and open with it alone', async (t) => {
  const { prisma, open } = await openDatabase(t);
  const plain = await (await open()).activeKey();
  const encryptionKey = randomBytes(32);
  t.is((await (await open(encryptionKey)).activeKey()).id, plain.id);
  const { privateJwk } = await prisma.signingKey.findFirstOrThrow();
  t.deepEqual(Object.keys(privateJwk as object), ['jwe']);
  await t.throwsAsync(open(), { name: 'StartupError', message: /KEY_ENCRYPTION_KEY is not set/ });
  await t.throwsAsync(open(randomBytes(32)), { message: /is not the one/ });
  const moved = createPrivateKeyCipher(encryptionKey).open(privateJwk, 'another-key');
  await t.throwsAsync(moved, { message: /another key’s row/ });
});

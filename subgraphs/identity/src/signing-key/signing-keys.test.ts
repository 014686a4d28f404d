import { createDatabaseAdapter } from '@plaza/kit/database';
import { createTestDatabase } from '@plaza/prisma/test-database';
import test from 'ava';
import { pino } from 'pino';
import { readIdentityConfig } from '../config.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { loadSigningKeys } from './signing-keys.ts';

const log = pino({ level: 'silent' });

test('replicas that start together agree on one first key, and a restart keeps it', async (t) => {
  await using database = await createTestDatabase('identity');
  const config = { ...readIdentityConfig({}), databaseUrl: database.url };
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', config) });
  try {
    const replicas = await Promise.all([1, 2, 3].map(() => loadSigningKeys(prisma, log)));
    const restarted = await loadSigningKeys(prisma, log);
    const ids = new Set([...replicas, restarted].map((keys) => keys.active.id));
    t.is(ids.size, 1);
    t.is(await prisma.signingKey.count(), 1);
  } finally {
    await prisma.$disconnect();
  }
});

test('the newest key signs and older ones stay published', async (t) => {
  await using database = await createTestDatabase('identity');
  const config = { ...readIdentityConfig({}), databaseUrl: database.url };
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', config) });
  try {
    const first = await loadSigningKeys(prisma, log);
    const { publicJwk, privateJwk } = await prisma.signingKey.findFirstOrThrow();
    const createdAt = new Date(Date.now() + 1_000);
    await prisma.signingKey.create({
      data: {
        id: 'newer',
        publicJwk: publicJwk as object,
        privateJwk: privateJwk as object,
        createdAt,
      },
    });
    const keys = await loadSigningKeys(prisma, log);
    t.is(keys.active.id, 'newer');
    t.deepEqual(
      keys.publicKeySet.keys.map((key) => key.kid),
      ['newer', first.active.id],
    );
    t.true(keys.publicKeySet.keys.every((key) => !('d' in key)));
  } finally {
    await prisma.$disconnect();
  }
});

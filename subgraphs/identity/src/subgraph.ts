import 'reflect-metadata'; // before any class with decorators is loaded
import type { SubgraphDefinition } from '@plaza/kit/subgraph';
import { createLocalJWKSet } from 'jose';
import type { IdentityConfig } from './config.ts';
import type { IdentityContext } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createPasswordHasher } from './password/password-hasher.ts';
import { buildIdentitySchema } from './schema.ts';
import { seedDatabase } from './seed.ts';
import { SessionService } from './session/session.service.ts';
import { createTokenIssuer } from './session/token-issuer.ts';
import { addJwksRoute } from './signing-key/jwks-route.ts';
import { loadSigningKeys } from './signing-key/signing-keys.ts';
import { createUserLoaders } from './user/user.loader.ts';
import { UserService } from './user/user.service.ts';

/** Identity, ready to be started alone, with others, or in a test. */
export const identitySubgraph: SubgraphDefinition<IdentityConfig, IdentityContext> = {
  name: 'identity',
  buildSchema: buildIdentitySchema,
  async open({ config, adapter, log }) {
    const prisma = new PrismaClient({ adapter });
    const signingKeys = await loadSigningKeys(prisma, log);
    const users = new UserService(prisma);
    const sessions = new SessionService({
      users,
      passwords: await createPasswordHasher(),
      tokens: createTokenIssuer(signingKeys, config),
    });
    return {
      createContext: (request) => ({
        ...request,
        users,
        sessions,
        loaders: createUserLoaders(prisma),
      }),
      checkReady: async () => void (await prisma.$queryRaw`SELECT 1`),
      close: () => prisma.$disconnect(),
      keys: createLocalJWKSet(signingKeys.publicKeySet),
      addRoutes: (app) => addJwksRoute(app, signingKeys.publicKeySet),
    };
  },
  async seed({ adapter }) {
    const prisma = new PrismaClient({ adapter });
    try {
      await seedDatabase(prisma);
    } finally {
      await prisma.$disconnect();
    }
  },
};

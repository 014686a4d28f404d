import 'reflect-metadata'; // before any class with decorators is loaded
import { BackgroundJob } from '@plaza/kit/jobs/background-job';
import type { SubgraphDefinition } from '@plaza/kit/subgraph';
import { ApiClientService } from './api-client/api-client.service.ts';
import { createApiKeyVerifier } from './api-client/verify-api-key.ts';
import { addVerifyRoute } from './api-client/verify-route.ts';
import { AttemptLimiter } from './attempt/attempt-limiter.ts';
import { OperationAllowance } from './attempt/operation-allowance.ts';
import type { IdentityConfig } from './config.ts';
import type { IdentityContext, IdentityServices } from './context.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createPasswordHasher } from './password/password-hasher.ts';
import { readOrigin } from './request-origin.ts';
import { buildIdentitySchema } from './schema.ts';
import { seedDatabase } from './seed.ts';
import { forgetSessions } from './session/forget-sessions.ts';
import { SessionService } from './session/session.service.ts';
import { SessionStore } from './session/session-store.ts';
import { createTokenIssuer } from './session/token-issuer.ts';
import { addJwksRoute } from './signing-key/jwks-route.ts';
import { createPrivateKeyCipher } from './signing-key/private-key-cipher.ts';
import { createKeyRotation } from './signing-key/rotate-signing-key.ts';
import { SigningKeyRing } from './signing-key/signing-key-ring.ts';
import { AdministrationService } from './user/administration.service.ts';
import { ProfileService } from './user/profile.service.ts';
import { createUserLoaders } from './user/user.loader.ts';
import { UserService } from './user/user.service.ts';

/** Pause between two looks at what is to be forgotten. */
const forgetEveryMs = 3_600_000;

export type IdentityDefinition = SubgraphDefinition<IdentityConfig, IdentityContext>;

/** Identity by a clock, in milliseconds; tests put their own. */
export function createIdentitySubgraph(now: () => number = Date.now): IdentityDefinition {
  return {
    name: 'identity',
    buildSchema: buildIdentitySchema,
    async open({ config, adapter, log }) {
      const transactionOptions = {
        maxWait: config.databaseConnectTimeoutMs,
        timeout: config.databaseStatementTimeoutMs,
      };
      const prisma = new PrismaClient({ adapter, transactionOptions });
      const cipher = createPrivateKeyCipher(config.keyEncryptionKey);
      const ring = await SigningKeyRing.open({ prisma, cipher, log, now });
      const services: IdentityServices = {
        ...(await createAccountServices(prisma, { ring, config, now })),
        prisma,
        apiClients: new ApiClientService(prisma, now),
        rotateSigningKey: createKeyRotation({ prisma, cipher, ring, now }),
      };
      const verify = createApiKeyVerifier(prisma, now);
      return {
        createContext: (request) => ({
          ...request,
          ...services,
          origin: readOrigin(request, config.clientAddressHeader),
          loaders: createUserLoaders(prisma),
          allowance: new OperationAllowance(),
        }),
        jobs: [
          new BackgroundJob({
            name: 'session memory',
            everyMs: forgetEveryMs,
            run: () => forgetSessions(prisma, now()),
          }),
        ],
        checkReady: async () => void (await prisma.$queryRaw`SELECT 1`),
        close: () => prisma.$disconnect(),
        keys: ring.verificationKey,
        addRoutes: (app) => {
          const { serviceToken } = config;
          addJwksRoute(app, ring);
          if (serviceToken !== undefined) addVerifyRoute(app, { serviceToken, verify });
        },
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
}

/** Identity, ready to be started alone, with others, or in a test. */
export const identitySubgraph = createIdentitySubgraph();

async function createAccountServices(
  prisma: PrismaClient,
  {
    ring,
    config,
    now,
  }: { readonly ring: SigningKeyRing; readonly config: IdentityConfig; readonly now: () => number },
) {
  const users = new UserService(prisma, now);
  const store = new SessionStore(prisma, now);
  const attempts = new AttemptLimiter(prisma, now);
  const passwords = await createPasswordHasher();
  const tokens = createTokenIssuer(ring, config, now);
  return {
    users,
    sessionStore: store,
    sessions: new SessionService({ prisma, users, store, passwords, attempts, tokens }),
    profiles: new ProfileService({ prisma, passwords, attempts, store, now }),
    administration: new AdministrationService({ prisma, store, now }),
  };
}

import { readTestPostgresUrl } from '@plaza/prisma/config';

export interface TestServerSettings {
  readonly postgresUrl: string;
  readonly rabbitmqUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** A build server has every server: one that is missing is a failure there, not a skip. */
  readonly isBuildServer: boolean;
  readonly path: string;
}

/** Where the servers for tests are, from the environment. */
export function readTestServerSettings(): TestServerSettings {
  return {
    postgresUrl: readTestPostgresUrl(),
    rabbitmqUrl: process.env.TEST_RABBITMQ_URL,
    redisUrl: process.env.TEST_REDIS_URL,
    isBuildServer: process.env.CI === 'true',
    path: process.env.PATH ?? '',
  };
}

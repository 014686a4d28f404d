export interface TestServerSettings {
  readonly postgresUrl: string;
  readonly redisUrl: string | undefined;
  /** A build server has every server: one that is missing is a failure there, not a skip. */
  readonly isBuildServer: boolean;
  /** Where programs are found. */
  readonly path: string;
}

/** Where the servers for tests are, from the environment. */
export function readTestServerSettings(): TestServerSettings {
  const postgresUrl = process.env.PLAZA_TEST_POSTGRES_URL;
  if (postgresUrl === undefined) {
    throw new Error('Run the tests with "npm test": it starts a PostgreSQL and says where it is');
  }
  return {
    postgresUrl,
    redisUrl: process.env.TEST_REDIS_URL,
    isBuildServer: process.env.CI === 'true',
    path: process.env.PATH ?? '',
  };
}

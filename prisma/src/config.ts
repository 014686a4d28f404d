import { StartupError } from './startup-error.ts';

/** URL of a PostgreSQL server for tests, set by the test command; any database name in it is ignored. */
export function readTestPostgresUrl(): string {
  const url = process.env.PLAZA_TEST_POSTGRES_URL;
  if (url === undefined) {
    throw new StartupError(
      'PLAZA_TEST_POSTGRES_URL is not set: run the tests with "npm test", which starts a PostgreSQL.',
    );
  }
  return url;
}

import { AppError } from '@plaza/schema/errors';

/** What no further attempt would mend, by the HTTP status with which a subgraph refuses. */
export function refusedAccess(status: number): AppError | undefined {
  switch (status) {
    case 401:
      return new AppError('UNAUTHENTICATED', 'The subscription needs a valid token');
    case 403:
      return new AppError('FORBIDDEN', 'The subscription is not allowed');
    default:
      return undefined;
  }
}

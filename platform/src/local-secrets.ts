import { randomBytes } from 'node:crypto';
import type { Environment } from './subgraphs.ts';

const secretBytes = 32;

/**
 * The environment with the secrets that processes of one machine share, new at each start unless the
 * environment has them: they are kept nowhere.
 */
export function withLocalSecrets(environment: Environment): Environment {
  const { IDENTITY_SERVICE_TOKEN: serviceToken } = environment;
  return { ...environment, IDENTITY_SERVICE_TOKEN: serviceToken || createSecret() };
}

function createSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

import { randomBytes } from 'node:crypto';
import type { Environment } from './subgraphs.ts';

const secretBytes = 32;
const signatureKeyId = 'npm-start';

/** Secrets that the gateway and the subgraphs of one machine share. */
export interface LocalSecrets {
  /** Of the subgraphs. */
  readonly environment: Environment;
  /** What the gateway is given beside the environment of all. */
  readonly ofGateway: Readonly<Record<string, string>>;
}

/** New secrets at each start, kept nowhere; those that the environment has stay as they are. */
export function createLocalSecrets(environment: Environment): LocalSecrets {
  const serviceToken = environment.IDENTITY_SERVICE_TOKEN || createSecret();
  const ofService = { GATEWAY_AUTHENTICATION_API_KEYS_SECRET: serviceToken };
  const own = { ...environment, IDENTITY_SERVICE_TOKEN: serviceToken };
  // Whoever names keys tells the gateway, too.
  if (environment.SUBGRAPH_GATEWAY_KEYS) return { environment: own, ofGateway: ofService };
  const secret = createSecret();
  return {
    environment: { ...own, SUBGRAPH_GATEWAY_KEYS: `${signatureKeyId}:${secret}` },
    ofGateway: {
      ...ofService,
      GATEWAY_SIGNATURES_KEY_ID: signatureKeyId,
      GATEWAY_SIGNATURES_SECRET: secret,
    },
  };
}

function createSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSubgraphs } from '@plaza/gateway/composition/compose-subgraphs';
import type { IdentityConfig } from '@plaza/identity/config';
import type { RunningSubgraph } from '@plaza/kit/start-subgraph';
import { headers } from '@plaza/schema/headers';
import { type ChildService, mainFile, startChildService } from './child-service.ts';
import type { PlatformConfig } from './config.ts';
import { contracts } from './contracts.ts';
import { exampleOperations } from './example-operations.ts';
import { repositoryRoot } from './repository-root.ts';

/** The gateway in a process of its own. */
export interface GatewayProcess extends ChildService {
  readonly url: string;
}

/** Whose tokens and keys are trusted, and where subgraphs announce. */
type SharedSettings = Pick<
  IdentityConfig,
  'tokenIssuer' | 'tokenAudience' | 'jwksUrl' | 'pubSubUrl' | 'serviceToken'
>;

/** Not in the file, which whoever looks for help may show to others. */
interface ChildSecrets {
  /** Environment variables. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Requests that one user may send: 1,000 a minute. */
const userWindow = { limit: 1_000, windowMs: 60_000 };

/** How subgraphs know a partner, whose key none of them sees. */
const partnerHeaders = [
  { name: headers.partnerId, viewer: 'id' as const, kind: 'partner' as const },
  { name: headers.partnerScopes, viewer: 'scopes' as const, kind: 'partner' as const },
];

/** What a gateway before the platform's subgraphs is configured with. */
export function gatewaySettings(settings: SharedSettings) {
  const { tokenIssuer: issuer, tokenAudience, jwksUrl, pubSubUrl, serviceToken } = settings;
  // Without the token identity verifies no keys.
  const verifyUrl = new URL('/internal/api-keys/verify', jwksUrl).href;
  return {
    authentication: {
      issuers: [{ issuer, jwksUrl, audience: [tokenAudience] }],
      apiKeys: serviceToken === undefined ? {} : { verifyUrl },
    },
    contracts,
    pubSub: { url: pubSubUrl },
    headers: { forward: ['authorization', 'accept-language'], identity: partnerHeaders },
    rateLimits: { rules: [{ name: 'user', by: 'viewer' as const, windows: [userWindow] }] },
  };
}

/**
 * Operations of our own clients by id, as their builds write them. Ids are each contract's own, so the
 * customers' contract has them beside the whole graph. Others may still send what they like.
 */
export function withClientOperations(settings: ReturnType<typeof gatewaySettings>) {
  const persistedOperations = {
    manifests: [join(repositoryRoot, 'clients', 'kit', 'dist', 'operations')],
  };
  const { mobile } = settings.contracts;
  return {
    ...settings,
    persistedOperations,
    contracts: { ...settings.contracts, mobile: { ...mobile, persistedOperations } },
  };
}

/** Composes the subgraphs and starts the gateway on them as anybody would for their own graph. */
export async function startGatewayProcess(
  config: PlatformConfig,
  subgraphs: readonly RunningSubgraph[],
  settings: SharedSettings & ChildSecrets,
): Promise<GatewayProcess> {
  mkdirSync(config.dataFolder, { recursive: true });
  const supergraphFile = join(config.dataFolder, 'supergraph.graphql');
  const configFile = join(config.dataFolder, 'gateway.yaml');
  writeFileSync(supergraphFile, composeSubgraphs(subgraphs));
  const gatewayConfig = {
    ...withClientOperations(gatewaySettings(settings)),
    explorer: { title: 'Plaza', examples: exampleOperations },
  };
  writeFileSync(configFile, `${JSON.stringify(gatewayConfig, null, 2)}\n`); // JSON is YAML
  const url = `http://localhost:${config.gatewayPort}`;
  const args = ['--supergraph', supergraphFile, '--config', configFile];
  args.push('--port', String(config.gatewayPort), '--log-level', config.logLevel);
  const main = mainFile('@plaza/gateway/main');
  const service = await startChildService({
    name: 'gateway',
    main,
    args,
    environment: settings.secrets,
    readyUrl: `${url}/ready`,
  });
  return { ...service, url };
}

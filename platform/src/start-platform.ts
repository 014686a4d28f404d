import { join } from 'node:path';
import { readIdentityConfig } from '@plaza/identity/config';
import type { RunningSubgraph } from '@plaza/kit/start-subgraph';
import { type Logger, pino } from 'pino';
import { mainFile, startChildService } from './child-service.ts';
import type { PlatformConfig } from './config.ts';
import { prepareDatabases } from './databases.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { createLocalSecrets } from './local-secrets.ts';
import { ensurePortsFree } from './ports.ts';
import { showStep } from './progress.ts';
import { type Environment, platformSubgraphs } from './subgraphs.ts';

export interface Platform extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly subgraphs: readonly RunningSubgraph[];
  /** Where the payment provider's sandbox answers. */
  readonly sandboxUrl: string;
  /** Resolves with the reason when a part ends by itself. */
  readonly failed: Promise<string>;
}

/**
 * Starts databases, payment sandbox, subgraphs and gateway, one after the other, showing each step.
 * Whatever was started is stopped again when a later step fails (StartupError) or `stopped` resolves
 * meanwhile; then the result is undefined.
 */
export async function startPlatform(
  config: PlatformConfig,
  stopped: Promise<unknown>,
): Promise<Platform | undefined> {
  await using resources = new AsyncDisposableStack();
  let isStopping = false;
  void stopped.then(() => {
    isStopping = true;
  });
  await ensurePortsFree(wantedPorts(config));
  const log = pino({ level: config.logLevel, base: null });
  const databases = await prepareDatabases(config, log, resources);
  if (isStopping) return undefined;
  const sandboxUrl = `http://localhost:${config.sandboxPort}`;
  const sandbox = await showStep('Payment sandbox', () => startSandbox(config, sandboxUrl));
  resources.defer(() => sandbox.stop());
  if (isStopping) return undefined;
  const secrets = createLocalSecrets(databases.environment);
  const environment = environmentOfSubgraphs({
    ...secrets.environment,
    PAYMENT_PROVIDER_URL: sandboxUrl,
  });
  const subgraphs = await showStep('Subgraphs', () => startSubgraphs(environment, log, resources));
  if (isStopping) return undefined;
  const identity = readIdentityConfig(environment);
  const gateway = await showStep('Gateway', () =>
    startGatewayProcess(config, subgraphs, { ...identity, secrets: secrets.ofGateway }),
  );
  resources.defer(() => gateway.stop());
  if (isStopping) return undefined;
  const failed = Promise.race([
    gateway.exited.then((code) => `the gateway ended with code ${code}`),
    sandbox.exited.then((code) => `the payment sandbox ended with code ${code}`),
    databases.ended.then(() => 'the embedded database ended'),
  ]);
  const open = resources.move();
  return {
    gateway,
    subgraphs,
    sandboxUrl,
    failed,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function wantedPorts(config: PlatformConfig) {
  const subgraphPorts = platformSubgraphs.map(({ readConfig, portVariable }) => ({
    port: readConfig(config.environment).port,
    variable: portVariable,
  }));
  const gateway = { port: config.gatewayPort, variable: 'PLAZA_PORT' };
  return [
    gateway,
    ...subgraphPorts,
    { port: config.sandboxPort, variable: 'PAYMENT_SANDBOX_PORT' },
  ];
}

function startSandbox(config: PlatformConfig, url: string) {
  const payments = platformSubgraphs.find(({ name }) => name === 'payments');
  const paymentsPort = payments?.readConfig(config.environment).port;
  return startChildService({
    name: 'payment sandbox',
    main: mainFile('@plaza/payments/sandbox/main'),
    environment: {
      PAYMENT_SANDBOX_PORT: String(config.sandboxPort),
      PAYMENT_SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${paymentsPort}/webhooks/payments`,
      PAYMENT_SANDBOX_JOURNAL: join(config.dataFolder, 'payment-sandbox.jsonl'),
      PAYMENT_SANDBOX_CONTROL_ENABLED: 'true',
      LOG_LEVEL: config.logLevel,
    },
    readyUrl: `${url}/live`,
  });
}

/** Where the keys of tokens are found, unless the environment says so. */
function environmentOfSubgraphs(environment: Environment): Environment {
  const { port } = readIdentityConfig(environment);
  return { JWKS_URL: `http://127.0.0.1:${port}/.well-known/jwks.json`, ...environment };
}

function startSubgraphs(
  environment: Environment,
  log: Logger,
  resources: AsyncDisposableStack,
): Promise<RunningSubgraph[]> {
  return Promise.all(
    platformSubgraphs.map(async (subgraph) => {
      const running = await subgraph.start(environment, log);
      resources.defer(() => running.close());
      return running;
    }),
  );
}

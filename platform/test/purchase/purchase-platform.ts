import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSubgraphs } from '@plaza/gateway/composition/compose-subgraphs';
import { readIdentityConfig } from '@plaza/identity/config';
import { readTestPostgresUrl } from '@plaza/prisma/config';
import { createTestDatabase } from '@plaza/prisma/test-database';
import { pino } from 'pino';
import { mainFile } from '../../src/child-service.ts';
import { gatewaySettings, withClientOperations } from '../../src/gateway-process.ts';
import type { PurchaseSources } from '../../src/purchase-check/check-purchases.ts';
import { platformSubgraphs } from '../../src/subgraphs.ts';
import { pickPorts } from '../kit/start-test-platform.ts';
import { readPurchaseTestSettings } from './config.ts';
import { createEmbeddedBus, type TestBus } from './find-bus.ts';
import { ServiceProcess } from './service-process.ts';

/** Every process of a purchase; a crash test may kill any of them. */
export const serviceNames = ['gateway', 'identity', 'ticketing', 'payments', 'sandbox'] as const;
export type ServiceName = (typeof serviceNames)[number];

/**
 * Clocks that are shortened for the tests: what takes a minute in production takes a second here. A
 * minute of outage is 60 s of a provider that is asked again after 5 s, doubling; here 6 s and 250 ms.
 */
const shortClocks = {
  PAYMENT_PROVIDER_ATTEMPT_TIMEOUT_MS: '1500',
  PAYMENT_PROVIDER_CALL_TIMEOUT_MS: '4000',
  PAYMENT_ABANDON_AFTER_MS: '8000',
  PAYMENT_RECONCILE_INTERVAL_MS: '200',
  PAYMENT_RECONCILE_DELAY_MS: '250',
  PAYMENT_LINK_EXPIRY_INTERVAL_MS: '300',
  PAYMENT_SANDBOX_CAPTURE_DELAY_MS: '100',
  PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MS: '200',
  PAYMENT_SANDBOX_WEBHOOK_RETRY_DELAY_MAX_MS: '2000',
} as const;

export interface PurchasePlatform extends AsyncDisposable {
  /** Where clients reach the gateway. */
  readonly url: string;
  readonly sandboxUrl: string;
  readonly paymentsUrl: string;
  readonly busName: TestBus['name'];
  /** Where the subgraphs announce. */
  readonly pubSubUrl: string;
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>;
  readonly databases: Readonly<Record<string, string>>;
  /** What the checker reads. */
  readonly sources: PurchaseSources;
  /** Logs of all processes; kept when `keepLogs` was called. */
  readonly logFolder: string;
  keepLogs(): void;
}

export interface PurchasePlatformOptions {
  /** Closed with the platform. The default is the embedded one. */
  readonly bus?: TestBus;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts every process of the platform on its own, by the mains that production uses, on databases and
 * a bus of their own, with the demo's data.
 */
export async function startPurchasePlatform(
  options: PurchasePlatformOptions = {},
): Promise<PurchasePlatform> {
  await using resources = new AsyncDisposableStack();
  const server = readTestPostgresUrl();
  const bus = resources.use(options.bus ?? (await createEmbeddedBus(server)));
  const pubSub = bus.name === 'embedded' ? bus : resources.use(await createEmbeddedBus(server));
  const databases: Record<string, string> = {};
  for (const { name } of platformSubgraphs) {
    databases[name] = resources.use(await createTestDatabase(name)).url;
  }
  const logFolder = createLogFolder();
  const dataFolder = mkdtempSync(join(tmpdir(), 'plaza-purchase-'));
  resources.defer(() => rmSync(dataFolder, { recursive: true, force: true }));
  const ports = await pickPorts();
  const environment = {
    ...portsAndUrls(ports, databases),
    MESSAGE_BUS_URL: bus.url,
    PUB_SUB_URL: pubSub.url,
    PAYMENT_SANDBOX_JOURNAL: join(dataFolder, 'sandbox.jsonl'),
    ...shortClocks,
    ...options.environment,
  };
  await seedAll(environment);
  const gateway = await prepareGateway(ports, dataFolder, readIdentityConfig(environment));
  const services = createServices({ ports, environment, gateway, logFolder });
  for (const service of Object.values(services)) resources.defer(() => service.close());
  await services.identity.start();
  await Promise.all([services.sandbox.start(), services.payments.start()]);
  await services.ticketing.start();
  await services.gateway.start();
  const sandboxUrl = environment.PAYMENT_PROVIDER_URL;
  let keepsLogs = false;
  const open = resources.move();
  return {
    url: `http://127.0.0.1:${ports.PLAZA_PORT}`,
    sandboxUrl,
    paymentsUrl: `http://127.0.0.1:${ports.PAYMENTS_PORT}`,
    busName: bus.name,
    pubSubUrl: pubSub.url,
    services,
    databases,
    sources: {
      ticketingUrl: databases.ticketing ?? '',
      paymentsUrl: databases.payments ?? '',
      messageBusUrl: bus.url,
      provider: { baseUrl: sandboxUrl, apiKey: 'sandbox-api-key' },
    },
    logFolder,
    keepLogs: () => {
      keepsLogs = true;
    },
    async [Symbol.asyncDispose]() {
      await open.disposeAsync();
      if (!keepsLogs) rmSync(logFolder, { recursive: true, force: true });
    },
  };
}

function createLogFolder(): string {
  const parent = readPurchaseTestSettings().logFolder ?? tmpdir();
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'plaza-purchase-logs-'));
}

function portsAndUrls(
  ports: Readonly<Record<string, string>>,
  databases: Readonly<Record<string, string>>,
) {
  const local = (variable: string) => `http://127.0.0.1:${ports[variable]}`;
  return {
    ...ports,
    IDENTITY_DATABASE_URL: databases.identity ?? '',
    TICKETING_DATABASE_URL: databases.ticketing ?? '',
    PAYMENTS_DATABASE_URL: databases.payments ?? '',
    JWKS_URL: `${local('IDENTITY_PORT')}/.well-known/jwks.json`,
    PAYMENT_PROVIDER_URL: local('PAYMENT_SANDBOX_PORT'),
    PAYMENT_SANDBOX_WEBHOOK_URL: `${local('PAYMENTS_PORT')}/webhooks/payments`,
    PAYMENT_SANDBOX_CONTROL_ENABLED: 'true',
  };
}

async function seedAll(environment: Readonly<Record<string, string>>): Promise<void> {
  const log = pino({ level: 'silent' });
  for (const subgraph of platformSubgraphs) await subgraph.seed(environment, log);
}

/** Composes the subgraphs at their addresses and writes what the gateway starts with. */
async function prepareGateway(
  ports: Readonly<Record<string, string>>,
  folder: string,
  settings: Parameters<typeof gatewaySettings>[0],
): Promise<readonly string[]> {
  const subgraphs = await Promise.all(
    platformSubgraphs.map(async ({ name, portVariable, printSdl }) => {
      const url = `http://127.0.0.1:${ports[portVariable]}/graphql`;
      return { name, url, sdl: await printSdl() };
    }),
  );
  const supergraphFile = join(folder, 'supergraph.graphql');
  const configFile = join(folder, 'gateway.yaml');
  writeFileSync(supergraphFile, composeSubgraphs(subgraphs));
  const gatewayConfig = withClientOperations(gatewaySettings(settings));
  writeFileSync(configFile, JSON.stringify(gatewayConfig)); // JSON is YAML
  const args = ['--supergraph', supergraphFile, '--config', configFile];
  return [...args, '--port', String(ports.PLAZA_PORT), '--log-level', 'info'];
}

function createServices(place: {
  readonly ports: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly gateway: readonly string[];
  readonly logFolder: string;
}): Record<ServiceName, ServiceProcess> {
  const { ports, environment, gateway, logFolder } = place;
  const create = (
    name: ServiceName,
    { main, portVariable, path = 'ready', args = [] }: ServicePlace,
  ): ServiceProcess =>
    new ServiceProcess({
      name,
      main: mainFile(main),
      args,
      environment,
      readyUrl: `http://127.0.0.1:${ports[portVariable]}/${path}`,
      logFile: join(logFolder, `${name}.log`),
    });
  return {
    gateway: create('gateway', {
      main: '@plaza/gateway/main',
      portVariable: 'PLAZA_PORT',
      args: gateway,
    }),
    identity: create('identity', { main: '@plaza/identity/main', portVariable: 'IDENTITY_PORT' }),
    ticketing: create('ticketing', {
      main: '@plaza/ticketing/main',
      portVariable: 'TICKETING_PORT',
    }),
    payments: create('payments', { main: '@plaza/payments/main', portVariable: 'PAYMENTS_PORT' }),
    sandbox: create('sandbox', {
      main: '@plaza/payments/sandbox/main',
      portVariable: 'PAYMENT_SANDBOX_PORT',
      path: 'live',
    }),
  };
}

interface ServicePlace {
  readonly main: string;
  readonly portVariable: string;
  readonly path?: string;
  readonly args?: readonly string[];
}

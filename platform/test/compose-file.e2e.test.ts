/** docker-compose.yml, held against its specification, the Dockerfiles, and what the processes read. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConfig, readConfig } from '@plaza/gateway/config';
import { identitySubgraph } from '@plaza/identity/subgraph';
import type { SubgraphConfig } from '@plaza/kit/environment';
import { paymentsSubgraph } from '@plaza/payments/subgraph';
import { ticketingSubgraph } from '@plaza/ticketing/subgraph';
import { Ajv } from 'ajv';
import test from 'ava';
import { contracts } from '../src/contracts.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import {
  type ComposeService,
  findVariables,
  parseComposeFile,
  readComposeFile,
  readDevelopmentVariables,
} from './compose/compose-file.ts';
import { configurationOf, variablesReadBy } from './compose/configuration-of.ts';
import { readImage, readImageStages, repositoryPathOf } from './compose/dockerfile.ts';

const compose = readComposeFile(readDevelopmentVariables());
const services = Object.entries(compose.services);
const processes = services.filter(([, { build }]) => build !== undefined);
const subgraphs = [identitySubgraph, ticketingSubgraph, paymentsSubgraph];

/** What the images of others read, by their documentation. */
const serverVariables: Readonly<Record<string, readonly string[]>> = {
  'postgres:18': ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD'],
  'rabbitmq:4': ['RABBITMQ_DEFAULT_VHOST', 'RABBITMQ_DEFAULT_USER', 'RABBITMQ_DEFAULT_PASS'],
  'redis:8': [],
};
/** The images have the Node that the tests run on. */
const nodeVersion = readNodeVersion();
/** Read by Node's libraries and by the images' own health check. */
const imageVariables = ['NODE_ENV', 'HEALTH_URL'];

test('follows the Compose specification', (t) => {
  // dclint ships the specification's schema; its own rules are not asked.
  const dclint = fileURLToPath(import.meta.resolve('dclint/package.json'));
  const schemaFile = join(dclint, '..', 'schemas', 'compose.schema.json');
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { duration: true } });
  const { $schema: _, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
  const isCompose = ajv.compile(schema);
  const file = parseComposeFile() as { services: Record<string, object> };
  t.true(isCompose(file), ajv.errorsText(isCompose.errors));
  const { gateway, ...others } = file.services;
  const misspelt = { ...file, services: { ...others, gateway: { ...gateway, depend_on: [] } } };
  t.false(isCompose(misspelt), 'the schema sees a key that does not exist');
});

test('asks for exactly the variables of deploy/docker/development.env, and for no secret by default', (t) => {
  const used = findVariables();
  const names = [...new Set(used.map(({ name }) => name))].sort();
  t.deepEqual(names, Object.keys(readDevelopmentVariables()).sort());
  const withDefault = used.filter(({ defaultValue }) => defaultValue !== undefined);
  const optional = [...new Set(withDefault.map(({ name }) => name))].sort();
  t.deepEqual(optional, ['LOG_LEVEL', 'PLAZA_ADDRESS', 'PLAZA_PORT']);
  const empty = Object.fromEntries(names.map((name) => [name, '']));
  t.throws(() => readComposeFile(empty), { message: /is not set: see deploy/ });
});

test('builds each image from files that the repository has and that reach the builder', (t) => {
  const ignore = readFileSync(join(repositoryRoot, '.dockerignore'), 'utf8').split('\n');
  const sent = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const left = ignore.filter((line) => line.startsWith('**/')).map((line) => line.slice(3));
  for (const [name, service] of processes) {
    const stages = readImageStages(service);
    const earlier = new Set<string>();
    for (const { name: stage, base, copies } of stages) {
      t.true(base === `node:${nodeVersion}-slim` || earlier.has(base), `${name}: ${base}`);
      for (const { from, sources } of copies) {
        if (from !== undefined) t.true(earlier.has(from), `${name}: --from=${from}`);
        for (const source of sources) {
          const file = from === undefined ? join(repositoryRoot, source) : repositoryPathOf(source);
          t.true(existsSync(file), `${name}: ${source} does not exist`);
          if (from !== undefined) continue;
          const [first = '', ...rest] = source.replace(/\/$/, '').split('/');
          t.true(sent.includes(first), `${name}: .dockerignore keeps ${source} back`);
          t.false(
            rest.some((part) => left.includes(part)),
            `${name}: ${source} is ignored`,
          );
        }
      }
      earlier.add(stage);
    }
  }
});

test('installs by the lock file, and puts neither tools nor development packages into an image', (t) => {
  for (const [name, service] of processes) {
    const stages = new Map(readImageStages(service).map((stage) => [stage.name, stage]));
    for (const { name: stage, runs, copies } of stages.values()) {
      for (const run of runs.filter((line) => /\bnpm (ci|install|i)\b/.test(line))) {
        t.regex(run, /npm ci --ignore-scripts /, `${name}, ${stage}`);
        t.is(/--omit=dev/.test(run), stage === 'dependencies', `${name}, ${stage}`);
      }
      for (const { sources, to } of copies) {
        t.true(sources.length === 1 || to.endsWith('/'), `${name}, ${stage}: ${to} is no folder`);
      }
    }
    const image = readImage(service);
    t.is(stages.get(image.base)?.base, `node:${nodeVersion}-slim`, `${name}: the image is plain`);
    t.notRegex(image.runs.join('\n'), /npm|npx|tsc|apt|curl|chmod -R/, name);
    const fromBuild = image.copies.filter(({ from }) => from === 'build');
    const built = fromBuild.flatMap(({ sources }) => sources);
    t.true(
      built.every((source) => /\/(dist\/(src|explorer)|migrations)\/$/.test(source)),
      `${name}: ${built.join(', ')}`,
    );
  }
});

test('asks by itself whether a process lives, and in Compose whether it is ready', (t) => {
  for (const [name, service] of processes.filter(([, process]) => !isCommand(process))) {
    t.regex(
      readImage(service).environment.HEALTH_URL ?? '',
      /^http:\/\/127\.0\.0\.1:\d+\/live$/,
      name,
    );
    const isAwaited = name !== 'payment-sandbox';
    t.regex(environmentOf(service).HEALTH_URL ?? '', isAwaited ? /\/ready$/ : /\/live$/, name);
  }
});

test('starts nothing but built programs, as an unprivileged user who cannot write', (t) => {
  for (const [name, service] of processes) {
    const image = readImage(service);
    t.true(existsSync(programOf(service).file), `${name}: ${programOf(service).file}`);
    t.regex(image.user, /^[1-9]\d*:[1-9]\d*$/, name);
    t.is(image.stopSignal, 'SIGTERM');
    t.is(image.environment.NODE_ENV, 'production');
    t.is(service.read_only, true, name);
    t.deepEqual(service.cap_drop, ['ALL'], name);
    t.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    t.deepEqual([image.healthCheck[0], image.command[0]], ['node', 'node'], 'exec form, no shell');
  }
});

test('gives each process only variables that it reads', (t) => {
  for (const [name, service] of services) {
    // What an image sets is for the program that it starts by itself.
    const given = Object.keys(
      service.command ? (service.environment ?? {}) : environmentOf(service),
    );
    const known = service.build
      ? new Set([...variablesReadBy(programOf(service).path), ...imageVariables])
      : new Set(serverVariables[service.image ?? ''] ?? []);
    t.deepEqual(
      given.filter((variable) => !known.has(variable)),
      [],
      name,
    );
  }
  t.true(variablesReadBy('/app/gateway/dist/src/main.js').has('GATEWAY_LIMITS_DEPTH_MAX'));
  t.false(variablesReadBy('/app/gateway/dist/src/main.js').has('GATEWAY_LIMIT_DEPTH_MAX'));
});

test('no process falls back on a server of its own machine', (t) => {
  for (const { name, usesMessages } of subgraphs) {
    const service = serviceOf(name);
    const config = { ...configurationOf(programOf(service).path)(environmentOf(service)) };
    const unused = usesMessages ? {} : { messageBusUrl: '', pubSubUrl: '' };
    t.notRegex(JSON.stringify({ ...config, ...unused }), /localhost|127\.0\.0\.1/, name);
    t.like(config, { host: '0.0.0.0', isProduction: true });
    t.is(String((config as { port: number }).port), readImage(service).port);
  }
});

test('the gateway knows every subgraph of the supergraph by its service', (t) => {
  const { configs = [] } = serviceOf('gateway');
  const files = Object.fromEntries(
    configs.map(({ source, target }) => [target, compose.configs[source]?.file ?? '']),
  );
  t.deepEqual(files, {
    '/etc/plaza/gateway.yaml': 'deploy/docker/gateway.yaml',
    '/etc/plaza/supergraph.graphql': 'schema/supergraph.graphql',
  });
  const { environment } = readImage(serviceOf('gateway'));
  t.is(environment.GATEWAY_CONFIG, '/etc/plaza/gateway.yaml');
  const config = readConfig(
    { config: join(repositoryRoot, 'deploy', 'docker', 'gateway.yaml'), options: {} },
    { GATEWAY_HOST: environment.GATEWAY_HOST },
  );
  t.is(config.host, '0.0.0.0');
  t.is(String(config.port), readImage(serviceOf('gateway')).port);
  const supergraph = readFileSync(join(repositoryRoot, 'schema', 'supergraph.graphql'), 'utf8');
  const names = [...supergraph.matchAll(/@join__graph\(name: "([^"]+)"/g)].map(([, name]) => name);
  t.deepEqual(Object.keys(config.subgraphs).sort(), names.sort());
  for (const [name, { url }] of Object.entries(config.subgraphs)) {
    t.is(url, `http://${name}:${readImage(serviceOf(name)).port}/graphql`);
  }
});

test('the gateway trusts the tokens of identity by the same rules as the subgraphs', (t) => {
  const { authentication } = readConfig(
    { config: join(repositoryRoot, 'deploy', 'docker', 'gateway.yaml'), options: {} },
    {},
  );
  for (const name of ['ticketing', 'payments']) {
    const program = programOf(serviceOf(name)).path;
    const read = configurationOf(program)(environmentOf(serviceOf(name))) as SubgraphConfig;
    t.deepEqual(
      authentication.issuers.map(({ issuer, jwksUrl, audience }) => [issuer, jwksUrl, audience]),
      [[read.tokenIssuer, read.jwksUrl, [read.tokenAudience]]],
    );
  }
});

test('the gateway serves the contracts that npm start serves', (t) => {
  const file = join(repositoryRoot, 'deploy', 'docker', 'gateway.yaml');
  const config = readConfig({ config: file, options: {} }, {});
  t.deepEqual(config.contracts, createConfig({ supergraph: 'x', contracts }).contracts);
});

test('the gateway listens where each subgraph announces', (t) => {
  const { subgraphs: settings } = readConfig(
    { config: join(repositoryRoot, 'deploy', 'docker', 'gateway.yaml'), options: {} },
    {},
  );
  for (const name of ['ticketing', 'payments']) {
    t.is(settings[name]?.pubSubUrl, environmentOf(serviceOf(name)).PUB_SUB_URL);
  }
});

test('publishes the gateway alone, and keeps every server to the processes that own it', (t) => {
  const published = services.filter(([, { ports }]) => ports !== undefined);
  t.deepEqual(
    published.map(([name, { ports }]) => [name, ports]),
    [['gateway', ['127.0.0.1:4000:4000']]],
  );
  const neighbours = (server: string): string[] =>
    services.flatMap(([name, { networks }]) =>
      networks.some((network) => serviceOf(server).networks.includes(network)) ? [name] : [],
    );
  for (const name of ['identity', 'ticketing', 'payments']) {
    const own = [name, `${name}-migrate`, `${name}-seed`, `${name}-postgres`];
    t.deepEqual(neighbours(`${name}-postgres`).sort(), own.sort());
    t.true(compose.networks[`${name}-data`]?.internal);
    if (name === 'identity') continue;
    const live = ['gateway', name, `${name}-redis`];
    t.deepEqual(neighbours(`${name}-redis`).sort(), live.sort());
    t.true(compose.networks[`${name}-live`]?.internal);
  }
  t.deepEqual(neighbours('bus').sort(), ['bus', 'payments', 'ticketing']);
  const outward = Object.keys(compose.networks).filter((name) => !compose.networks[name]?.internal);
  t.deepEqual(outward.sort(), ['edge', 'provider']);
});

test('bounds every service, restarts it, and waits for what can say that it is ready', (t) => {
  for (const [name, service] of services) {
    const limits = Object.keys(service.deploy?.resources.limits ?? {}).sort();
    t.deepEqual(limits, ['cpus', 'memory', 'pids'], name);
    t.truthy(service.ulimits, name);
    t.truthy(service.stop_grace_period, name);
    t.is(service.restart, isCommand(service) ? 'on-failure:5' : 'unless-stopped', name);
    t.is(hasHealthCheck(service), !isCommand(service), name);
    if (service.build === undefined) t.regex(service.image ?? '', /^[a-z]+:\d+$/, name);
    for (const [other, { condition, required }] of Object.entries(service.depends_on ?? {})) {
      const isOver = condition === 'service_completed_successfully';
      t.is(isCommand(serviceOf(other)), isOver, `${name} waits for ${other}`);
      const isOptional = serviceOf(other).profiles !== undefined && service.profiles === undefined;
      t.is(required === false, isOptional, `${name} waits for ${other}`);
    }
  }
});

test('has demo data and the payment sandbox in the profile demo alone', (t) => {
  const demo = services.filter(([, { profiles }]) => profiles?.includes('demo'));
  t.deepEqual(demo.map(([name]) => name).sort(), [
    'identity-seed',
    'payment-sandbox',
    'payments-seed',
    'ticketing-seed',
  ]);
  const inDevelopment = processes.filter(
    ([, service]) => environmentOf(service).NODE_ENV !== 'production',
  );
  t.deepEqual(
    inDevelopment.map(([name]) => name).sort(),
    demo
      .map(([name]) => name)
      .filter((name) => name.endsWith('-seed'))
      .sort(),
  );
});

function readNodeVersion(): string {
  const manifest = readFileSync(join(repositoryRoot, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { devDependencies: { node: string } }).devDependencies.node;
}

function serviceOf(name: string): ComposeService {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** What its process would find: the image's variables under the service's. */
function environmentOf(service: ComposeService): Readonly<Record<string, string>> {
  const image = service.build === undefined ? {} : readImage(service).environment;
  return { ...image, ...service.environment };
}

/** The JavaScript file that a service runs: in the image, and here. */
function programOf(service: ComposeService): { path: string; file: string } {
  const image = readImage(service);
  const [, script = ''] = service.command ?? image.command;
  const path = join(image.workingFolder, script);
  return { path, file: repositoryPathOf(path) };
}

/** Ends by itself when its work is done. */
function isCommand({ healthcheck }: ComposeService): boolean {
  return healthcheck?.disable === true;
}

function hasHealthCheck(service: ComposeService): boolean {
  if (service.healthcheck !== undefined) return service.healthcheck.test !== undefined;
  return service.build !== undefined && readImage(service).healthCheck.length > 0;
}

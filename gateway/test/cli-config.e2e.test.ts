import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { configJsonSchema, environmentExample } from '../src/config/environment-keys.ts';
import type { ConfigInput } from '../src/config.ts';
import { createConfig, readConfig } from '../src/config.ts';

const workspace = new URL('../../', import.meta.url);
const noFlags = { config: undefined, options: {} };

function withConfigFile<Result>(text: string, use: (file: string) => Result): Result {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-config-'));
  try {
    const file = path.join(folder, 'gateway.yaml');
    writeFileSync(file, text);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('.env.example lists exactly the variables that the configuration reads', (t) => {
  const example = readFileSync(new URL('.env.example', workspace), 'utf8');
  t.is(example, environmentExample(), 'plaza-gateway print-env > gateway/.env.example');
});

test('gateway.schema.json is the schema of the configuration', (t) => {
  const published = readFileSync(new URL('gateway.schema.json', workspace), 'utf8');
  const message = 'plaza-gateway print-schema > gateway/gateway.schema.json';
  t.deepEqual(JSON.parse(published), JSON.parse(JSON.stringify(configJsonSchema())), message);
});

test('the command line wins over the environment, and that over the file', (t) => {
  withConfigFile('port: 1\nhost: file\nlimits:\n  depthMax: 7\n  tokensMax: 9\n', (file) => {
    const flags = { config: file, options: { supergraph: 's.graphql', port: '3' } };
    const config = readConfig(flags, { GATEWAY_PORT: '2', GATEWAY_LIMITS_DEPTH_MAX: '8' });
    t.is(config.port, 3);
    t.is(config.host, 'file');
    t.is(config.limits.depthMax, 8);
    t.is(config.limits.tokensMax, 9);
    t.is(config.limits.aliasesMax, 200);
  });
});

test('the environment sets numbers, booleans and lists, and names the file', (t) => {
  withConfigFile('supergraph: beside.graphql', (file) => {
    const config = readConfig(noFlags, {
      GATEWAY_CONFIG: file,
      GATEWAY_INTROSPECTION_ENABLED: 'false',
      GATEWAY_HEADERS_FORWARD: 'Authorization, Accept-Language',
      GATEWAY_DRAIN_TIMEOUT_MS: '5',
      GATEWAY_HOST: '',
    });
    t.is(config.supergraph, path.join(path.dirname(file), 'beside.graphql'));
    t.false(config.introspection.enabled);
    t.deepEqual(config.headers.forward, ['authorization', 'accept-language']);
    t.is(config.drainTimeoutMs, 5);
    t.is(config.host, '127.0.0.1');
  });
});

test('reports every problem at once, where it was set, without the value', (t) => {
  withConfigFile(
    'port: top-secret\nlimts: {}\nsubgraphs: {a: {url: "ftp://x", timeout: 1}}\n',
    (file) => {
      const flags = { config: file, options: { 'logging.level': 'loud' } };
      const error = t.throws(() => readConfig(flags, { GATEWAY_LIMITS_DEPTH_MAX: '0' }));
      t.like(error, { code: 'BAD_USER_INPUT' });
      const message = error?.message ?? '';
      for (const problem of [
        'port must be a whole number',
        'limts is not an option',
        'subgraphs.a.url must be an http or https URL',
        'subgraphs.a.timeout is not an option',
        'limits.depthMax (GATEWAY_LIMITS_DEPTH_MAX) must be at least 1',
        'logging.level (--log-level) must be one of fatal, error',
      ]) {
        t.true(message.includes(problem), `${problem} in ${message}`);
      }
      t.notRegex(message, /top-secret|\n/);
    },
  );
});

test('puts variables of the environment into the file, with the type of the option', (t) => {
  const content = `
supergraph: \${FILE}
host: "\${HOST:-127.0.0.1}"
port: \${PORT}
headers: { forward: ["x-\${PART}-id", "\${OTHER:-x-b}"] }
subgraphs: { a: { timeoutMs: "\${TIMEOUT}" } }
introspection: { enabled: "\${OPEN:-false}" }
redis: { urls: "\${REDIS}" }
explorer: { title: "costs $\${5} and $b" }
`;
  withConfigFile(content, (file) => {
    const flags = { config: file, options: {} };
    const values = {
      FILE: 'a.graphql',
      PORT: '4100',
      PART: 'a',
      TIMEOUT: '50',
      REDIS: 'redis://a,redis://b',
    };
    const config = readConfig(flags, { ...values, HOST: '' });
    t.is(config.supergraph, path.join(path.dirname(file), 'a.graphql'));
    t.is(config.host, '127.0.0.1');
    t.is(config.port, 4_100);
    t.deepEqual(config.headers.forward, ['x-a-id', 'x-b']);
    t.is(config.subgraphs.a?.timeoutMs, 50);
    t.false(config.introspection.enabled);
    t.regex(config.explorer.title, /^costs \$\{5\} and \$b$/);
    t.deepEqual(config.redis.urls, ['redis://a', 'redis://b']);
    const error = t.throws(() => readConfig(flags, { TIMEOUT: 'top-secret', PORT: '0x1' }));
    const message = error?.message ?? '';
    for (const problem of [
      'supergraph: FILE is not set',
      'headers.forward.0: PART is not set',
      'redis.urls: REDIS is not set',
      'port (PORT) must be a whole number',
      'subgraphs.a.timeoutMs (TIMEOUT) must be a whole number',
    ]) {
      t.true(message.includes(problem), `${problem} in ${message}`);
    }
    t.notRegex(message, /top-secret|0x1/);
  });
});

test('takes a list of nodes for the bus, and no braces before keys of Redis', (t) => {
  const flags = { config: undefined, options: { supergraph: 's' } };
  const { pubSub } = readConfig(flags, { GATEWAY_PUB_SUB_URL: 'redis://a:1,rediss://b:2' });
  t.is(pubSub.url, 'redis://a:1,rediss://b:2');
  for (const url of ['http://x', 'redis://a:1,http://b', 'postgresql://a/x,redis://b:1']) {
    t.throws(() => readConfig(flags, { GATEWAY_PUB_SUB_URL: url }), {
      message: /pubSub\.url.* must be a URL that starts with postgresql:\/\/ or redis:\/\//,
    });
  }
  t.throws(() => readConfig(flags, { GATEWAY_REDIS_KEY_PREFIX: '}a' }), {
    message: /redis\.keyPrefix.* may not have braces/,
  });
});

test('connects to no Redis unless it is named, in whose variable however', (t) => {
  const flags = { config: undefined, options: { supergraph: 's' } };
  t.deepEqual(readConfig(flags, {}).redis.urls, []);
  const common = { REDIS_URL: 'redis://common:6379' };
  t.deepEqual(readConfig(flags, common).redis.urls, ['redis://common:6379']);
  const own = { GATEWAY_REDIS_URLS: 'redis://a:1,rediss://b:2' };
  t.deepEqual(readConfig(flags, { ...common, ...own }).redis.urls, ['redis://a:1', 'rediss://b:2']);
  t.throws(() => readConfig(flags, { REDIS_URL: 'http://x' }), {
    message: /redis\.urls\.0.* must be a redis or rediss URL/,
  });
});

test('file names in the configuration file are relative to that file', (t) => {
  const text = `
    lastGoodSupergraph: kept/last-good.graphql
    subgraphs: { a: { url: "http://localhost:1", sdl: a.graphql }, b: { url: "http://localhost:2" } }`;
  withConfigFile(text, (file) => {
    const { lastGoodSupergraph, subgraphs } = readConfig({ config: file, options: {} }, {});
    t.is(lastGoodSupergraph, path.join(path.dirname(file), 'kept/last-good.graphql'));
    t.is(subgraphs.a?.sdl, path.join(path.dirname(file), 'a.graphql'));
    t.is(subgraphs.b?.sdl, undefined);
  });
});

test('needs a supergraph, or subgraphs with their URLs', (t) => {
  const url = 'http://localhost:4001/graphql';
  const problems: readonly (readonly [input: ConfigInput, problem: RegExp])[] = [
    [{}, /supergraph is missing: name a supergraph file or URL with --supergraph$/],
    [{ supergraph: '' }, /supergraph is empty/],
    [{ subgraphs: { a: { url }, b: { timeoutMs: 5 } } }, /subgraphs\.b\.url is missing/],
    [{ supergraph: 's', subgraphs: { a: { sdl: 'a' } } }, /subgraphs\.a\.sdl is not read/],
    [{ supergraph: 's', lastGoodSupergraph: 's' }, /must be another file than the supergraph/],
  ];
  for (const [input, problem] of problems) {
    t.throws(() => createConfig(input), { message: problem });
  }
  t.is(createConfig({ subgraphs: { a: { url } } }).supergraph, undefined);
  t.notThrows(() => createConfig({ supergraph: 's', subgraphs: { a: { timeoutMs: 5 } } }));
});

test('needs a URL of its own for subgraphs that call it back', (t) => {
  const publicUrl = 'http://gateway:4000/callbacks';
  const subscriptionUrl = 'ws://a/graphql';
  const called = { subscriptionProtocol: 'callback' } as const;
  const problems: readonly (readonly [input: Omit<ConfigInput, 'supergraph'>, problem: RegExp])[] =
    [
      [{ subgraphs: { a: called } }, /subscriptions\.callback\.publicUrl is missing: a calls/],
      [{ subgraphs: { a: { ...called, subscriptionUrl } } }, /a\.subscriptionUrl is not read/],
      [{ subscriptions: { callback: { publicUrl: 'ws://a' } } }, /publicUrl must be an http/],
      [{ subscriptions: { callback: { path: 'told' } } }, /callback\.path must be a path/],
      [{ subscriptions: { callback: { path: '/graphql/told' } } }, /path is a path of the gateway/],
    ];
  for (const [input, problem] of problems) {
    t.throws(() => createConfig({ supergraph: 's', ...input }), { message: problem });
  }
  const subscriptions = { callback: { publicUrl } };
  const config = createConfig({ supergraph: 's', subgraphs: { a: called }, subscriptions });
  t.is(config.subscriptions.callback.path, '/callbacks');
});

test('refuses to forward headers that belong to the connection', (t) => {
  for (const name of ['Host', 'content-length', 'Connection', 'two words', '']) {
    t.throws(() => createConfig({ supergraph: 's', headers: { forward: [name] } }), {
      message: /headers\.forward\.0/,
    });
  }
});

test('says what is wrong with a file that is no configuration', (t) => {
  withConfigFile('a: [1\nb: 2', (file) => {
    t.throws(() => readConfig({ config: file, options: {} }, {}), { message: /is not YAML: .+/ });
  });
  withConfigFile('- a list', (file) => {
    t.throws(() => readConfig({ config: file, options: {} }, {}), { message: /must be a map/ });
  });
  t.throws(() => readConfig({ config: '/no/such/file.yaml', options: {} }, {}), {
    message: 'Configuration (/no/such/file.yaml): there is no such file',
  });
});

test('ignores the GATEWAY_PORT that Kubernetes sets beside a Service named gateway', (t) => {
  const flags = { config: undefined, options: { supergraph: 's.graphql' } };
  t.is(readConfig(flags, { GATEWAY_PORT: 'tcp://10.0.0.1:80' }).port, 4000);
});

test('is frozen all the way down', (t) => {
  const config = createConfig({ supergraph: 's.graphql' });
  t.true(Object.isFrozen(config) && Object.isFrozen(config.limits));
  t.true(Object.isFrozen(config.headers.forward));
});

import { Cluster, Redis, type RedisOptions } from 'ioredis';

export interface RedisAddress {
  /** One server, some nodes of one cluster, or the Sentinels that know where the server is. */
  readonly urls: readonly string[];
  /** What the Sentinels call the server; undefined where there are none. */
  readonly sentinelName?: string | undefined;
}

const connectTimeoutMs = 5_000;
/** Silence of a connection with commands under way, after which it is made anew. */
const silenceMs = 5_000;
const retryDelayMs = { min: 50, max: 1_000 };
/** How often a command is sent on to another node of a cluster. */
const redirectionsMax = 4;
const sentinelPort = 26_379;

/** A client that tries for ever to be connected, and lets nobody wait for that. */
export function connectRedis({ urls, sentinelName }: RedisAddress): Redis | Cluster {
  const [url = '', ...others] = urls;
  if (sentinelName !== undefined) return connectBySentinels(urls, sentinelName);
  if (others.length === 0) return new Redis(url, { ...commonOptions, ...serverOptions });
  return new Cluster([...urls], {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    maxRedirections: redirectionsMax,
    redisOptions: { ...commonOptions, ...credentialsOf(url) },
  });
}

/** What every kind of client is told. */
const commonOptions: RedisOptions = {
  connectTimeout: connectTimeoutMs,
  socketTimeout: silenceMs,
  // Nobody waits for a connection, and nobody waits for an answer that was lost with one.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

/** What is told where there is one server at a time. */
const serverOptions: RedisOptions = {
  retryStrategy: retryDelay,
  // A server that was made a replica is not the one to speak to.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
};

function retryDelay(times: number): number {
  return Math.min(retryDelayMs.min * 2 ** times, retryDelayMs.max);
}

/** Credentials, TLS and database of the first URL are those of the server, and of all Sentinels. */
function connectBySentinels(urls: readonly string[], name: string): Redis {
  const [first = ''] = urls;
  const { username, password, tls } = credentialsOf(first);
  const database = Number(new URL(first).pathname.slice(1));
  return new Redis({
    ...commonOptions,
    ...serverOptions,
    ...credentialsOf(first),
    name,
    sentinels: urls.map((url) => {
      const { hostname, port } = new URL(url);
      return { host: unbracketed(hostname), port: Number(port) || sentinelPort };
    }),
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    db: database,
    sentinelRetryStrategy: retryDelay,
  });
}

function credentialsOf(url: string): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

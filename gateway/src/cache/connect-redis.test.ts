import test from 'ava';
import { Cluster, Redis } from 'ioredis';
import { connectRedis, type RedisAddress } from './connect-redis.ts';

function optionsFor(address: RedisAddress): Partial<Redis['options']> {
  const redis = connectRedis(address);
  redis.on('error', () => undefined);
  redis.disconnect();
  return redis instanceof Redis ? redis.options : (redis.options.redisOptions ?? {});
}

const credentials = { username: 'gate way', password: 'p@ss:word' };
const secured = 'rediss://gate%20way:p%40ss%3Aword@127.0.0.1';

test('one URL is one server, with its credentials, TLS and database', (t) => {
  const options = optionsFor({ urls: [`${secured}:1/3`] });
  t.like(options, { ...credentials, host: '127.0.0.1', port: 1, db: 3 });
  t.truthy(options.tls);
});

test('several URLs are nodes of one cluster, with the credentials and TLS of the first', (t) => {
  const urls = [`${secured}:1`, 'redis://127.0.0.1:2'];
  t.deepEqual(optionsFor({ urls }).tls, {});
  t.like(optionsFor({ urls }), credentials);
  const cluster = connectRedis({ urls });
  cluster.on('error', () => undefined);
  cluster.disconnect();
  t.true(cluster instanceof Cluster);
});

test('with a name the URLs are Sentinels, with credentials and TLS as the server has', (t) => {
  const options = optionsFor({
    urls: [`${secured}:1/3`, 'rediss://[::1]'],
    sentinelName: 'watched',
  });
  t.like(options, {
    ...credentials,
    name: 'watched',
    sentinelUsername: credentials.username,
    sentinelPassword: credentials.password,
    enableTLSForSentinelMode: true,
    tls: {},
    sentinelTLS: {},
    db: 3,
    sentinels: [
      { host: '127.0.0.1', port: 1 },
      { host: '::1', port: 26_379 },
    ],
  });
  const plain = optionsFor({ urls: ['redis://127.0.0.1:1'], sentinelName: 'watched' });
  t.falsy(plain.tls);
  t.falsy(plain.password);
});

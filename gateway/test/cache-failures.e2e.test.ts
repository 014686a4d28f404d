import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CuttableProxy } from '@plaza/pub-sub/test-kit/cuttable-proxy';
import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import test from 'ava';
import { openRedisCache } from './cache/open-redis-cache.ts';

const ttlMs = 60_000;
const redis = await findRedis();

/** Speaks Redis until it is ready, then never answers again. */
async function startHangingRedis() {
  const sockets = new Set<Socket>();
  let commands = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const text = String(data).toLowerCase();
      if (text.includes('info')) socket.write('$15\r\nredis_version:7\r\n');
      else if (text.includes('client'))
        socket.write('+OK\r\n'.repeat(text.split('setinfo').length));
      else commands += text.split('\r\n$4\r\nmget\r\n').length - 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}`,
    commands: () => commands,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('a Redis that is not there is an empty cache, at once, and one line in the log', async (t) => {
  using opened = openRedisCache({ urls: ['redis://127.0.0.1:1'] });
  const { cache, logs } = opened;
  const startedMs = performance.now();
  for (let index = 0; index < 100; index += 1) {
    await cache.set('key', 'text', { ttlMs });
    t.is(await cache.get('key'), undefined);
  }
  t.true(performance.now() - startedMs < 2_000);
  await sleep(500);
  t.is(logs.length, 1);
  t.like(logs[0], { message: 'Redis not reachable, done without' });
});

test('a Redis that hangs costs its deadline, and gets no end of commands', async (t) => {
  using redis = await startHangingRedis();
  using opened = openRedisCache({ urls: [redis.url], timeoutMs: 100 });
  const { cache, logs } = opened;
  while (redis.commands() === 0) {
    t.is(await cache.get('key'), undefined);
    await sleep(1);
  }
  const answers = await Promise.all(Array.from({ length: 3_000 }, () => cache.get('key')));
  t.true(answers.every((answer) => answer === undefined));
  t.true(redis.commands() <= 1_001, `${redis.commands()} commands`);
  t.is(logs.filter(({ message }) => /not reachable/.test(String(message))).length, 1);
  t.regex(JSON.stringify(logs), /Redis did not answer within 100 ms/);
});

if ('missing' in redis) {
  test.skip(`Redis comes back (${redis.missing})`, (t) => t.pass());
} else {
  test('a Redis that comes back is used again', async (t) => {
    const { proxy, url } = await CuttableProxy.inFrontOf(redis.url);
    await using _proxy = proxy;
    using opened = openRedisCache({ urls: [url] });
    const { cache } = opened;
    await opened.connected();
    await cache.set('key', 'text', { ttlMs });
    proxy.cut();
    while ((await cache.get('key')) !== undefined) await sleep(5);
    await cache.set('key', 'lost', { ttlMs });
    proxy.restore();
    while ((await cache.get('key')) === undefined) await sleep(5);
    t.is(await cache.get('key'), 'text');
  });
  test.after.always(() => redis.stop());
}

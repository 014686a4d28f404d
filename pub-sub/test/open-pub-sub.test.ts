import { createRequire } from 'node:module';
import test from 'ava';
import { openPubSub } from '../src/open-pub-sub.ts';
import { CuttableProxy } from '../src/test-kit/cuttable-proxy.ts';

const log = { debug: () => undefined, warn: () => undefined };

function isLoaded(driver: string): boolean {
  const files = Object.keys(createRequire(import.meta.url).cache);
  return files.some((file) => file.includes(`/node_modules/${driver}/`));
}

test.serial('refuses a URL of another scheme, and what is no URL', async (t) => {
  const mixed = 'postgres://127.0.0.1/a,redis://127.0.0.1';
  for (const url of ['mysql://127.0.0.1/a', 'http://127.0.0.1', 'redis', mixed, '']) {
    const refusal = { code: 'BAD_USER_INPUT', message: /starts with postgres: or redis:/ };
    await t.throwsAsync(openPubSub(url, { log }), refusal, url);
  }
});

test.serial('loads the driver that the URL asks for, and no other', async (t) => {
  const { proxy, url } = await CuttableProxy.inFrontOf('redis://127.0.0.1:6379');
  await using _door = proxy;
  proxy.cut();
  t.deepEqual([isLoaded('pg'), isLoaded('ioredis')], [false, false]);
  await t.throwsAsync(openPubSub(url, { log, connectTimeoutMs: 100 }), {
    code: 'DOWNSTREAM_SERVICE_ERROR',
  });
  t.deepEqual([isLoaded('pg'), isLoaded('ioredis')], [false, true]);
});

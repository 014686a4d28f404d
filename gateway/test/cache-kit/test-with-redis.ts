import type { OwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import { findRedisServer, startOwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import type { ExecutionContext } from 'ava';
import test from 'ava';

const program = findRedisServer();

/** A test with a Redis of its own; skipped, with the reason, where there is no redis-server. */
export function testWithRedis(
  title: string,
  run: (t: ExecutionContext, redis: OwnRedis) => Promise<void>,
): void {
  if (typeof program !== 'string') {
    test.skip(`${title} (${program.missing})`, run as never);
    return;
  }
  test(title, async (t) => {
    const redis = await startOwnRedis();
    if ('missing' in redis) throw new Error(redis.missing);
    await using _ = redis;
    await run(t, redis);
  });
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { findFreePort, OwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import { childEnvironment } from './config.ts';

/** Requests that ask for something new each time would fill it; entries end, the log does not. */
const redisLimits = ['--maxmemory', '256mb', '--maxmemory-policy', 'volatile-lru'];

/** Starts the Redis of a run on a free port; dispose of it to end it. */
export async function startRedis(program: string): Promise<OwnRedis> {
  const redis = new OwnRedis(program, await findFreePort(), redisLimits);
  await redis.start();
  return redis;
}

/** Throws when there is none. */
export function findRedisServer(): string {
  const program = (childEnvironment.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'redis-server'))
    .find((file) => existsSync(file));
  if (program === undefined) {
    throw new Error('This benchmark starts Redis itself: install redis-server');
  }
  return program;
}

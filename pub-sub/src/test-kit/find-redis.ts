import { readTestServerSettings } from './config.ts';
import { startOwnRedis } from './own-redis.ts';
import { answersOn, foundServer, type TestServer } from './test-server.ts';

/** Redis by TEST_REDIS_URL, else on its standard port of this machine, else started from PATH. */
export async function findRedis(): Promise<TestServer> {
  const { redisUrl } = readTestServerSettings();
  if (redisUrl !== undefined) return foundServer(redisUrl);
  if (await answersOn(6379)) return foundServer('redis://127.0.0.1:6379');
  const own = await startOwnRedis();
  if ('missing' in own) return own;
  return { url: own.url, stop: () => own[Symbol.asyncDispose]() };
}

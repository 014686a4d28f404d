import { AppError } from '@plaza/schema/errors';
import { Redis } from 'ioredis';

/** How long one server may take to say what it is. */
const timeoutMs = 2_000;

export interface DetectedRedis {
  /** A cluster counts as such if it has sharded pub/sub (Redis 7); any of its nodes will do otherwise. */
  readonly isCluster: boolean;
  /** The one that answered. */
  readonly url: string;
}

/**
 * Asks the first that answers what it is: processes that are told of one server in different words
 * then agree on how to speak to each other. Rejects when none answers, with AppError BAD_USER_INPUT
 * for several servers that are no cluster.
 */
export async function detectRedis(urls: readonly string[]): Promise<DetectedRedis> {
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      const isCluster = await isShardedCluster(url);
      if (!isCluster && urls.length > 1) throw noCluster();
      return { isCluster, url };
    } catch (error) {
      if (error instanceof AppError) throw error;
      failures.push(error);
    }
  }
  throw new AggregateError(failures, 'No Redis answers');
}

async function isShardedCluster(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const info = await redis.info('cluster');
    if (!info.includes('cluster_enabled:1')) return false;
    const [command] = (await redis.command('INFO', 'SPUBLISH')) as unknown[];
    return Array.isArray(command);
  } finally {
    redis.disconnect();
  }
}

function noCluster(): AppError {
  return new AppError(
    'BAD_USER_INPUT',
    'Several URLs of the pub-sub are nodes of one Redis cluster of version 7 or later: this is none',
  );
}

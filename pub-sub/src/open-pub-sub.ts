import { AppError } from '@plaza/schema/errors';
import type { PubSub, PubSubOptions } from './pub-sub.ts';
import { isPubSubUrl, splitPubSubUrl } from './pub-sub-url.ts';

/**
 * Opens the pub-sub that the URL's scheme names: `postgres:` (all processes must name the same
 * database; it is made if it is missing) or `redis:`, which may be several with commas between them:
 * nodes of one cluster. Rejects with DOWNSTREAM_SERVICE_ERROR when the server does not answer within
 * `connectTimeoutMs`, BAD_USER_INPUT for another scheme.
 */
export async function openPubSub(url: string, options: PubSubOptions): Promise<PubSub> {
  const resolved = { connectTimeoutMs: 10_000, publishTimeoutMs: 2_000, ...options };
  const [first = '', ...others] = splitPubSubUrl(url);
  switch (isPubSubUrl(url) ? new URL(first).protocol : '') {
    case 'postgres:':
    case 'postgresql:': {
      // A driver is loaded when a URL asks for it: most processes need one of the two at most.
      const { PostgresPubSub } = await import('./postgres/postgres-pub-sub.ts');
      return PostgresPubSub.open(url, resolved);
    }
    case 'redis:':
    case 'rediss:': {
      const { RedisPubSub } = await import('./redis/redis-pub-sub.ts');
      return RedisPubSub.open([first, ...others], resolved);
    }
    default:
      throw new AppError(
        'BAD_USER_INPUT',
        'The pub-sub needs a URL that starts with postgres: or redis:',
      );
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisSettings } from '../../src/cache/redis-connection.ts';
import { RedisConnection } from '../../src/cache/redis-connection.ts';
import { RedisInvalidationLog } from '../../src/cache/redis-invalidation-log.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

export interface RedisLogSettings extends Partial<RedisSettings> {
  readonly keyPrefix?: string;
  readonly tagsMax?: number;
}

/** A log, as one of several processes has it. */
export interface OpenedRedisLog extends Disposable {
  readonly log: RedisInvalidationLog;
  /** Resolves when it is up to date. */
  readonly connected: () => Promise<void>;
}

/** Opens one that is patient unless a test says otherwise: the machine may be busy. */
export function openRedisLog(settings: RedisLogSettings): OpenedRedisLog {
  const logger = createLogger({ level: 'silent', format: 'json' });
  const all = {
    urls: [],
    timeoutMs: 5_000,
    keyPrefix: `test:${randomUUID()}`,
    tagsMax: 10_000,
    ...settings,
  };
  const connection = new RedisConnection(all, logger);
  const log = new RedisInvalidationLog(connection, all);
  return {
    log,
    connected: async () => {
      while (!(await log.catchUp())) await sleep(10);
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

/** Logs that share one Redis, each with a connection of its own. */
export function openRedisLogs(settings: RedisLogSettings) {
  const shared = { keyPrefix: `test:${randomUUID()}`, ...settings };
  const resources = new DisposableStack();
  return {
    join: async (): Promise<RedisInvalidationLog> => {
      const opened = resources.use(openRedisLog(shared));
      await opened.connected();
      return opened.log;
    },
    [Symbol.dispose]: () => resources.dispose(),
  };
}

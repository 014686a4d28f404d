import { hash } from 'node:crypto';
import type { RedisConnection } from '../cache/redis-connection.ts';
import { runScript, toScript } from '../cache/redis-script.ts';
import type { RedisSlot } from '../cache/redis-slot.ts';
import { stateOf } from './generic-cell-rate.ts';
import type { Bucket, BucketState, RateLimitStore } from './rate-limit-store.ts';

/** One script is about keys of one slot. Subjects are spread over so many. */
const clusterGroups = 16;

/**
 * `takeCells` in Redis, by its clock. Arguments: limit, window and amount of each key. Answers, for
 * each, 1 or 0 and the milliseconds until it is full again.
 */
const script = toScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local kept, after, answer, all = {}, {}, {}, true
for index, key in ipairs(KEYS) do
  local limit, window, amount = ARGV[3 * index - 2], ARGV[3 * index - 1], ARGV[3 * index]
  local before = math.max(now, tonumber(redis.call('GET', key) or now))
  kept[index] = before
  after[index] = before + amount * window / limit
  local enough = after[index] - now <= window + 0.01
  answer[2 * index - 1] = enough and 1 or 0
  all = all and enough
end
for index, key in ipairs(KEYS) do
  if all then
    kept[index] = after[index]
    if after[index] > now then
      redis.call('SET', key, string.format('%.3f', after[index]), 'PX', math.ceil(after[index] - now))
    end
  end
  answer[2 * index] = string.format('%.3f', kept[index] - now)
end
return answer
`);

/** Moves the time at which each key is full again. Arguments: limit, window and amount of each. */
const settlingScript = toScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
for index, key in ipairs(KEYS) do
  local limit, window, amount = ARGV[3 * index - 2], ARGV[3 * index - 1], ARGV[3 * index]
  local full = math.max(now, tonumber(redis.call('GET', key) or now)) + amount * window / limit
  if full > now then
    redis.call('SET', key, string.format('%.3f', full), 'PX', math.ceil(full - now))
  else
    redis.call('DEL', key)
  end
end
`);

export interface RedisRateLimitsSettings {
  /** Before every key, so that others may use the same server. */
  readonly keyPrefix: string;
}

/** Counts for all gateways of one Redis: all buckets of a subject in one script. */
export class RedisRateLimits implements RateLimitStore {
  readonly #groups: readonly { readonly slot: RedisSlot; readonly prefix: string }[];

  constructor(connection: RedisConnection, { keyPrefix }: RedisRateLimitsSettings) {
    const count = connection.isCluster ? clusterGroups : 1;
    this.#groups = Array.from({ length: count }, (_, index) => {
      const hashTag = `${keyPrefix}:rates:${index.toString(16)}`;
      return { slot: connection.slotOf(hashTag), prefix: `{${hashTag}}:` };
    });
  }

  async take(subject: string, buckets: readonly Bucket[]): Promise<readonly BucketState[]> {
    const answer = await this.#run(script, subject, buckets);
    const values = answer as readonly (string | number)[];
    return buckets.map((bucket, index) =>
      stateOf(bucket, Number(values[2 * index + 1]), Number(values[2 * index]) === 1),
    );
  }
  async settle(subject: string, buckets: readonly Bucket[]): Promise<void> {
    await this.#run(settlingScript, subject, buckets);
  }

  async #run(wanted: typeof script, subject: string, buckets: readonly Bucket[]): Promise<unknown> {
    // Subjects are names and addresses of people: Redis need not have them.
    const digest = hash('sha256', subject, 'hex');
    const group = this.#groups[Number.parseInt(digest.slice(0, 6), 16) % this.#groups.length];
    if (group === undefined) return [];
    const keys = buckets.map(({ key }) => `${group.prefix}${digest}:${key}`);
    const args = buckets.flatMap(({ limit, windowMs, amount }) => [limit, windowMs, amount]);
    return runScript(group.slot, wanted, { keys, args });
  }
}

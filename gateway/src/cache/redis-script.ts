import { createHash } from 'node:crypto';
import type { RedisSlot } from './redis-slot.ts';

/** A script, and the digest by which a server knows it once it has run it. */
export interface RedisScript {
  readonly text: string;
  readonly digest: string;
}

export function toScript(text: string): RedisScript {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

export interface ScriptInput {
  /** All of the slot. */
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** Default: the slot's. */
  readonly timeoutMs?: number;
}

/** Runs a script; its text is sent only to a server that does not know it. Rejects as the slot does. */
export function runScript(
  slot: RedisSlot,
  { text, digest }: RedisScript,
  { keys, args, timeoutMs }: ScriptInput,
): Promise<unknown> {
  return slot.run(async (redis) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(text, keys.length, ...keys, ...args);
    }
  }, timeoutMs);
}

import { randomUUID } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import { startDeadline } from './deadline.ts';
import { InvalidatedTags } from './invalidated-tags.ts';
import type { InvalidationLog, LogPosition } from './invalidation-log.ts';
import { appendScript, readLogScript } from './invalidation-scripts.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisScript } from './redis-script.ts';
import { runScript } from './redis-script.ts';
import type { RedisSlot } from './redis-slot.ts';

export interface RedisInvalidationLogSettings {
  /** Before every key, so that others may use the same server. */
  readonly keyPrefix: string;
  /** Tags that the log keeps; the same in all processes. */
  readonly tagsMax: number;
  /** Time for catching up. */
  readonly timeoutMs: number;
}

/** Tags in one command: it should not hold up others for long. */
const commandTagsMax = 1_000;
/** Whoever invalidates waits longer than whoever reads, who can do without the cache. */
const invalidateTimeoutMs = 1_000;
/** Nobody has this epoch, so nothing is current. */
const nowhere: LogPosition = { epoch: '', sequence: 0 };

type LogAnswer =
  | 0
  | readonly [epoch: string, reached: number, last: number, floor: number, tags: readonly string[]];

interface Catching {
  readonly promise: Promise<boolean>;
  readonly settle: (isUpToDate: boolean) => void;
}

/**
 * The log that all gateways of one Redis share. What is asked while the log is being read waits for the
 * next reading, so that readings never overtake each other and a busy process needs few.
 */
export class RedisInvalidationLog implements InvalidationLog {
  readonly #settings: RedisInvalidationLogSettings;
  readonly #slot: RedisSlot;
  readonly #keys: readonly [state: string, tags: string];
  readonly #tags: InvalidatedTags;
  #position = nowhere;
  #next: Catching | undefined;
  #isReading = false;

  constructor(connection: RedisConnection, settings: RedisInvalidationLogSettings) {
    this.#settings = settings;
    const hashTag = `${settings.keyPrefix}:invalidations`;
    this.#slot = connection.slotOf(hashTag);
    this.#keys = [`{${hashTag}}`, `{${hashTag}}:tags`];
    this.#tags = new InvalidatedTags(settings.tagsMax);
  }

  position(): LogPosition {
    return this.#position;
  }

  catchUp(): false | Promise<boolean> {
    if (!this.#slot.isUsable) return false;
    this.#next ??= this.#createCatching();
    if (!this.#isReading) {
      this.#isReading = true;
      // Whoever asks in this turn shares the command.
      setImmediate(() => void this.#readForAll());
    }
    return this.#next.promise;
  }

  isCurrent({ epoch, sequence }: LogPosition, tags: readonly string[]): boolean {
    const isOfThisLog = epoch === this.#position.epoch && this.#position !== nowhere;
    return isOfThisLog && this.#tags.isCurrent(sequence, tags);
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    const unique = [...new Set(tags)];
    for (let from = 0; from < unique.length; from += commandTagsMax) {
      const some = unique.slice(from, from + commandTagsMax);
      await this.#append([randomUUID(), String(this.#settings.tagsMax), ...some]);
    }
  }

  async #append(args: readonly string[]): Promise<void> {
    try {
      await this.#runScript(appendScript, args, invalidateTimeoutMs);
    } catch (cause) {
      throw new AppError(
        'DOWNSTREAM_SERVICE_ERROR',
        'The invalidation could not be made known to all gateways: check that Redis answers and ' +
          'can be written to, then try again',
        { cause },
      );
    }
  }

  #createCatching(): Catching {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const stop = startDeadline(this.#settings.timeoutMs, () => resolve(false));
    return {
      promise,
      settle: (isUpToDate) => {
        stop();
        resolve(isUpToDate);
      },
    };
  }

  async #readForAll(): Promise<void> {
    for (let catching = this.#next; catching !== undefined; catching = this.#next) {
      this.#next = undefined;
      catching.settle(await this.#read());
    }
    this.#isReading = false;
  }

  /** Reads on after the deadline of whoever asked: a new process has much to read. */
  async #read(): Promise<boolean> {
    try {
      while (!this.#take(await this.#readSome()));
      return true;
    } catch {
      return false; // the connection has logged why
    }
  }

  #readSome(): Promise<LogAnswer> {
    const { epoch, sequence } = this.#position;
    const args = [randomUUID(), epoch, String(sequence), String(commandTagsMax)];
    return this.#runScript(readLogScript, args, this.#settings.timeoutMs) as Promise<LogAnswer>;
  }

  /** True when nothing is left to read. */
  #take(answer: LogAnswer): boolean {
    if (answer === 0) return true;
    const [epoch, reached, last, floor, tags] = answer;
    if (epoch !== this.#position.epoch) this.#tags.clear();
    for (let index = 0; index < tags.length; index += 2) {
      this.#tags.add(tags[index] ?? '', Number(tags[index + 1]));
    }
    this.#tags.raiseFloor(floor);
    this.#position = { epoch, sequence: reached };
    return reached === last;
  }

  #runScript(script: RedisScript, args: readonly string[], timeoutMs: number): Promise<unknown> {
    return runScript(this.#slot, script, { keys: this.#keys, args, timeoutMs });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@plaza/schema/errors';
import type { Channel, GetMessage } from 'amqplib';
import { encodeMessage } from '../message.ts';
import type {
  DeadLetter,
  DeadLetterPage,
  DeadLetterSelection,
  DeadLetters,
} from '../message-bus.ts';
import {
  deadLetterPageMax,
  type ResolvedBusOptions,
  requireBetween,
} from '../message-bus-limits.ts';
import { requireQueueName } from '../topic-pattern.ts';
import type { RabbitConnection } from './rabbitmq-connection.ts';
import { toDeadLetter } from './rabbitmq-delivery.ts';
import type { RabbitPublisher } from './rabbitmq-publisher.ts';
import type { RabbitNames } from './rabbitmq-topology.ts';

/** Dead letters that one look through a queue takes into memory. */
const scanMax = 10_000;
/** Messages asked for at once. */
const getsAtOnce = 50;
/** How long to wait for somebody else who looks through the same dead letters. */
const lockTimeoutMs = 10_000;
const lockPauseMs = 50;

interface DeadDelivery {
  readonly letter: DeadLetter;
  readonly delivery: GetMessage;
}

export interface RabbitDeadLettersParts {
  readonly connection: RabbitConnection;
  readonly publisher: RabbitPublisher;
  readonly names: RabbitNames;
  readonly bus: ResolvedBusOptions;
}

/**
 * The dead letters of a queue lie in a queue that nobody reads. Looking takes them all and gives
 * them back, one operator at a time; past `scanMax` only the oldest are seen.
 */
export class RabbitDeadLetters implements DeadLetters {
  readonly #parts: RabbitDeadLettersParts;
  /** The end of the last look through each queue by this process. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: RabbitDeadLettersParts) {
    this.#parts = parts;
  }

  async list(page: { queue: string; after?: string; limit?: number }): Promise<DeadLetterPage> {
    const { queue, after = '', limit = 50 } = page;
    requireBetween('limit', limit, { min: 1, max: deadLetterPageMax });
    const letters = await this.#look(queue, (_, scanned) =>
      Promise.resolve(scanned.map(({ letter }) => letter)),
    );
    const sorted = letters
      .map((letter) => ({ letter, cursor: cursorOf(letter) }))
      .sort((a, b) => (a.cursor < b.cursor ? -1 : 1))
      .filter(({ cursor }) => cursor > after);
    const shown = sorted.slice(0, limit);
    return {
      items: shown.map(({ letter }) => letter),
      after: sorted.length > limit ? shown.at(-1)?.cursor : undefined,
    };
  }

  replay({ queue, ids }: DeadLetterSelection): Promise<number> {
    const { publisher, names, bus } = this.#parts;
    return this.#take({ queue, ids }, async ({ letter: { message } }) => {
      const text = encodeMessage(message);
      const posting = { exchange: '', routingKey: names.queue(queue), message, text };
      await publisher.post(posting, bus.publishTimeoutMs);
    });
  }

  discard(selection: DeadLetterSelection): Promise<number> {
    return this.#take(selection, () => Promise.resolve());
  }

  /** Until a look finds nothing more of what was there when the call started. */
  async #take(
    { queue, ids }: DeadLetterSelection,
    work: (dead: DeadDelivery) => Promise<void>,
  ): Promise<number> {
    const startedAt = Date.now();
    const isMeant = ({ message, failedAt }: DeadLetter): boolean =>
      ids === 'all' ? failedAt.getTime() <= startedAt : ids.includes(message.id);
    let total = 0;
    for (;;) {
      const { taken, seen } = await this.#look(queue, async (channel, scanned) => {
        const meant = scanned.filter(({ letter }) => isMeant(letter));
        for (const dead of meant) {
          await work(dead);
          channel.ack(dead.delivery);
        }
        return { taken: meant.length, seen: scanned.length };
      });
      total += taken;
      if (taken === 0 || seen < scanMax) return total;
    }
  }

  #look<T>(
    queue: string,
    work: (channel: Channel, scanned: readonly DeadDelivery[]) => Promise<T>,
  ): Promise<T> {
    requireQueueName(queue);
    const before = this.#turns.get(queue) ?? Promise.resolve();
    const turn = before
      .catch(() => undefined)
      .then(() => this.#withLock(queue, (channel) => this.#scan(channel, queue, work)));
    this.#turns.set(queue, turn);
    return turn;
  }

  async #scan<T>(
    channel: Channel,
    queue: string,
    work: (channel: Channel, scanned: readonly DeadDelivery[]) => Promise<T>,
  ): Promise<T> {
    const { names } = this.#parts;
    const name = names.dead(queue);
    const { unansweredDeliveriesMax } = names;
    const scanned: DeadDelivery[] = [];
    for (let isEmpty = false; !isEmpty && scanned.length < scanMax; ) {
      const gets = Array.from({ length: getsAtOnce }, () => channel.get(name));
      for (const delivery of await Promise.all(gets)) {
        if (delivery === false) isEmpty = true;
        else
          scanned.push({
            delivery,
            letter: toDeadLetter(delivery, { queue, unansweredDeliveriesMax }),
          });
      }
    }
    try {
      return await work(channel, scanned);
    } finally {
      channel.nackAll(true);
    }
  }

  /** An exclusive queue is the lock: the server gives it to one connection and frees it with that. */
  async #withLock<T>(queue: string, work: (channel: Channel) => Promise<T>): Promise<T> {
    const { connection, names } = this.#parts;
    await requireQueue(connection, { queue, name: names.queue(queue) });
    const lock = names.deadLock(queue);
    const endsAt = performance.now() + lockTimeoutMs;
    for (;;) {
      const result = await connection.withChannel(async (channel) => {
        if (!(await tryLock(channel, lock))) return undefined;
        try {
          return { value: await work(channel) };
        } finally {
          await channel.deleteQueue(lock).catch(() => undefined);
        }
      });
      if (result !== undefined) return result.value;
      if (performance.now() > endsAt) {
        throw new AppError(
          'DOWNSTREAM_SERVICE_ERROR',
          `Somebody else looks through the dead letters of ${queue}: try again`,
        );
      }
      await sleep(lockPauseMs);
    }
  }
}

/** False when another connection has it; the channel is closed then. */
async function tryLock(channel: Channel, lock: string): Promise<boolean> {
  try {
    await channel.assertQueue(lock, { exclusive: true, durable: false });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === 405) return false;
    throw error;
  }
}

async function requireQueue(
  connection: RabbitConnection,
  { queue, name }: { queue: string; name: string },
): Promise<void> {
  try {
    await connection.withChannel((channel) => channel.checkQueue(name));
  } catch (error) {
    if ((error as { code?: number }).code !== 404) throw error;
    throw new AppError('BAD_USER_INPUT', `The message bus has no queue ${queue}`, { cause: error });
  }
}

/** Sorts by time, then by id. */
function cursorOf({ failedAt, message }: DeadLetter): string {
  return `${failedAt.toISOString()} ${message.id}`;
}

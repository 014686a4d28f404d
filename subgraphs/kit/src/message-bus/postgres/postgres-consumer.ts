import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '@plaza/pub-sub/backoff';
import type { Job } from 'pg-boss';
import { retryWhileBusAway } from '../deadline.ts';
import { handleDelivery, type Outcome } from '../handle-delivery.ts';
import type { Consumer } from '../message-bus.ts';
import type { ResolvedBusOptions, ResolvedConsumeOptions } from '../message-bus-limits.ts';
import { RunningHandlers } from '../running-handlers.ts';
import { inTransaction } from './open-pool.ts';
import { claimRefreshMs, deadQueueOf, type QueuedMessage } from './postgres-queues.ts';
import { bossDatabase, type PostgresStore } from './postgres-store.ts';
import { type JobClaim, SettledJobs } from './settled-jobs.ts';

/** How long the outcome of a message is tried to be written; then it is delivered again. */
const settleTimeoutMs = 10_000;
/** Retries whose time this consumer remembers, to be awake then; polling finds the others. */
const wakeTimesMax = 1_000;

export interface PostgresConsumerParts {
  readonly store: PostgresStore;
  readonly bus: ResolvedBusOptions;
  readonly options: ResolvedConsumeOptions;
}

/**
 * Reads one queue: claims as many messages as it has free hands, runs the handler on each, and writes
 * the outcome. pg-boss gives a claim back when the process that holds it stops answering.
 */
export class PostgresConsumer implements Consumer {
  readonly #parts: PostgresConsumerParts;
  readonly #running = new RunningHandlers();
  readonly #settled: SettledJobs;
  readonly #claims = new Map<string, JobClaim>();
  readonly #refresh: NodeJS.Timeout;
  readonly #loop: Promise<void>;
  #stop: Promise<void> | undefined;
  #isStopping = false;
  #isWoken = false;
  #wake: () => void = () => undefined;
  #wakeTimes: number[] = [];

  constructor(parts: PostgresConsumerParts) {
    this.#parts = parts;
    const { store, options } = parts;
    this.#settled = new SettledJobs((jobs) => store.boss.deleteJob(options.queue, jobs));
    this.#refresh = setInterval(() => void this.#refreshClaims(), claimRefreshMs);
    this.#loop = this.#run();
  }

  get queue(): string {
    return this.#parts.options.queue;
  }

  /** There may be something to read. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  close(): Promise<void> {
    this.#stop ??= this.#drain();
    return this.#stop;
  }

  async #drain(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    const drained = this.#running.drain(this.#parts.bus.drainTimeoutMs);
    await this.#loop;
    await drained;
    // What the loop claimed while it was told to stop.
    await this.#running.drain(0);
    clearInterval(this.#refresh);
  }

  /** A process that is killed stops to do this, and its messages go to others. */
  async #refreshClaims(): Promise<void> {
    const { store, bus } = this.#parts;
    if (this.#claims.size === 0) return;
    try {
      await store.boss.touch(this.queue, [...this.#claims.values()]);
    } catch (error) {
      bus.log.warn({ err: error, queue: this.queue }, 'claims on messages could not be refreshed');
    }
  }

  async #run(): Promise<void> {
    const { bus, options } = this.#parts;
    const backoff = new Backoff({ firstMs: 100, longestMs: 5_000 });
    while (!this.#isStopping) {
      const free = options.prefetchMax - this.#running.count;
      if (free === 0) {
        await this.#running.untilOneEnds();
        continue;
      }
      this.#isWoken = false;
      try {
        const jobs = await this.#parts.store.boss.fetch<QueuedMessage>(options.queue, {
          batchSize: free,
        });
        backoff.reset();
        for (const job of jobs) this.#running.add(this.#handle(job));
        if (jobs.length < free) await this.#idle();
      } catch (error) {
        bus.log.warn({ err: error, queue: options.queue }, 'queue cannot be read');
        await sleep(backoff.next());
      }
    }
  }

  /** Until somebody wakes this consumer, a retry is due, or the poll interval is over. */
  async #idle(): Promise<void> {
    if (this.#isWoken || this.#isStopping) return;
    const now = performance.now();
    this.#wakeTimes = this.#wakeTimes.filter((time) => time > now);
    const untilRetryMs = Math.min(...this.#wakeTimes) - now + 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, Math.min(this.#parts.bus.pollIntervalMs, untilRetryMs));
    await promise;
    clearTimeout(timer);
  }

  async #handle(job: Job<QueuedMessage>): Promise<void> {
    const { options, bus } = this.#parts;
    const { message, attempt } = job.data;
    const closing = this.#running.closing;
    this.#claims.set(job.id, claimOf(job));
    const outcome = await handleDelivery({ message, attempt, closing }, options);
    const fields = { queue: options.queue, messageId: message.id, attempt, outcome };
    if (outcome.kind === 'retry') bus.log.info(fields, 'message failed');
    if (outcome.kind === 'dead') bus.log.error(fields, 'message became a dead letter');
    try {
      const patience = { timeoutMs: settleTimeoutMs, purpose: 'settle a message' };
      await retryWhileBusAway(patience, () => this.#settle(job, outcome));
    } catch (error) {
      bus.log.warn({ ...fields, err: error }, 'message will be delivered again');
    } finally {
      this.#claims.delete(job.id);
    }
  }

  async #settle(job: Job<QueuedMessage>, outcome: Outcome): Promise<void> {
    const { boss } = this.#parts.store;
    switch (outcome.kind) {
      case 'done':
        return this.#settled.add(job);
      case 'interrupted':
        await boss.fail(this.queue, claimOf(job)); // free for another consumer at once
        return;
      case 'retry':
        await this.#move(job, {
          queue: this.queue,
          data: { message: job.data.message, attempt: job.data.attempt + 1 },
          startAfter: outcome.delayMs / 1_000,
        });
        if (this.#wakeTimes.length < wakeTimesMax) {
          this.#wakeTimes.push(performance.now() + outcome.delayMs);
          this.#wake();
        }
        return;
      case 'dead':
        await this.#move(job, {
          queue: deadQueueOf(this.queue),
          data: { ...job.data, death: deathOf(job, outcome.reason) },
          startAfter: 0,
        });
    }
  }

  /** Replaces the message by its next form, unless the claim on it was lost meanwhile. */
  async #move(
    job: Job<QueuedMessage>,
    next: { queue: string; data: QueuedMessage; startAfter: number },
  ): Promise<void> {
    const { boss, pool } = this.#parts.store;
    const { queue, ...insert } = next;
    await inTransaction(pool, async (client) => {
      const db = bossDatabase(client);
      const deleted = await boss.deleteJob(this.queue, claimOf(job), { db });
      if ('affected' in deleted && deleted.affected === 0) return;
      await boss.insert(queue, [insert], { db });
    });
  }
}

function claimOf({ id, retryCount }: Job<QueuedMessage>): JobClaim {
  return { id, retryCount };
}

function deathOf(job: Job<QueuedMessage>, reason: string): NonNullable<QueuedMessage['death']> {
  return { reason, attempts: job.data.attempt, failedAt: new Date().toISOString() };
}

import type { Config } from '../config.ts';
import { MemoryRateLimits } from '../rate-limits/memory-rate-limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { PrimaryQuestion, WorkerQuestion } from './cluster-messages.ts';
import { createClusterMetrics } from './cluster-metrics.ts';
import { Member } from './member.ts';
import { restartDelayMs } from './restart-delay.ts';

const checkIntervalMs = 1_000;
/** What a worker may take to end after its time to drain. */
const endGraceMs = 5_000;
/** A worker that has served so long has not crashed at its start. */
const soundMs = 60_000;

/** Starts the workers of a cluster, and others in the place of those that end. */
export class ClusterPrimary {
  readonly #members = new Set<Member>();
  readonly #rates = new MemoryRateLimits();
  readonly #metrics = createClusterMetrics(() => ({
    serving: this.#serving().length,
    restarts: this.#restarts,
  }));
  readonly #logger: Logger;
  #config: Config;
  #size: number;
  #restarts = 0;
  #crashesInRow = 0;
  #isStopping = false;
  #checkedMs = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(config: Config, size: number, logger: Logger) {
    this.#config = config;
    this.#size = size;
    this.#logger = logger;
  }

  /** Resolves with the URL when all workers serve; rejects with the AppError of one that cannot. */
  async start(): Promise<string> {
    this.#timer = setInterval(() => this.#endSilent(), checkIntervalMs);
    const starting = Array.from({ length: this.#size }, () => this.#startMember(this.#config));
    try {
      const [url = ''] = await Promise.all(starting);
      return url;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Puts workers with another configuration in the place of those at work: one after the other, each
   * new one serving before an old one drains. If one cannot serve, the configuration before stays;
   * rejects with the reason then.
   */
  async replace(config: Config, size: number): Promise<void> {
    const before = { config: this.#config, size: this.#size };
    try {
      await this.#roll(config, size);
    } catch (error) {
      await this.#roll(before.config, before.size).catch((again: unknown) =>
        this.#logger.error({ error: again }, 'workers cannot be replaced'),
      );
      throw error;
    }
  }

  /** Drains all workers; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    await Promise.all([...this.#members].map((member) => this.#drain(member, false)));
  }

  async #roll(config: Config, size: number): Promise<void> {
    this.#config = config;
    this.#size = size;
    const old = this.#serving().filter((member) => member.config !== config);
    const have = this.#serving().length - old.length;
    for (let started = have; started < size; started += 1) {
      await this.#startMember(config);
      const leaving = old.shift();
      if (leaving !== undefined) await this.#drain(leaving, true);
    }
    for (const leaving of old) await this.#drain(leaving, true);
  }

  #drain(member: Member, handover: boolean): Promise<void> {
    const { drainTimeoutMs, drainDelayMs } = member.config;
    return member.drain(handover, drainDelayMs + drainTimeoutMs + endGraceMs);
  }

  async #startMember(config: Config): Promise<string> {
    const member = new Member({
      config,
      answer: (asking, question) => this.#answer(asking, question as PrimaryQuestion),
    });
    this.#members.add(member);
    void member.ended.then(() => this.#members.delete(member));
    const url = await member.serves(config.cluster.readyTimeoutMs);
    void member.ended.then(() => this.#afterEnd(member));
    this.#logger.info({ worker: member.id, 'process.pid': member.pid }, 'worker serves');
    return url;
  }

  #afterEnd(member: Member): void {
    if (this.#isStopping || member.wasDrained) return;
    const hasServedMs = performance.now() - member.startedMs;
    this.#crashesInRow = hasServedMs > soundMs ? 1 : this.#crashesInRow + 1;
    this.#logger.error({ worker: member.id, 'process.pid': member.pid }, 'worker ended by itself');
    this.#startAgain();
  }

  #startAgain(): void {
    const delayMs = restartDelayMs(this.#crashesInRow, this.#config.cluster.restartDelayMsMax);
    setTimeout(() => {
      if (this.#isStopping || this.#serving().length >= this.#size) return;
      this.#restarts += 1;
      this.#startMember(this.#config).catch((error: unknown) => {
        this.#crashesInRow += 1;
        this.#logger.error({ error }, 'worker cannot be started again');
        this.#startAgain();
      });
    }, delayMs);
  }

  /** A thread that never comes back answers nobody, and takes a share of the connections. */
  #endSilent(): void {
    const now = performance.now();
    const { unresponsiveMs } = this.#config.cluster;
    // After a pause of this process all workers seem silent.
    const wasPaused = now - this.#checkedMs > 5 * checkIntervalMs;
    this.#checkedMs = now;
    for (const member of this.#serving()) {
      if (wasPaused) member.heardMs = now;
      if (now - member.heardMs <= unresponsiveMs) continue;
      this.#logger.error(
        { worker: member.id, 'process.pid': member.pid },
        'worker does not respond',
      );
      member.kill();
    }
  }

  #serving(): Member[] {
    return [...this.#members].filter(({ state }) => state === 'serving');
  }

  #answer(asking: Member, question: PrimaryQuestion): unknown {
    switch (question.kind) {
      case 'takeRates':
        return this.#rates.take(question.subject, question.buckets);
      case 'settleRates':
        return this.#rates.settle(question.subject, question.buckets);
      case 'all':
        return this.#askAll(question.question);
      case 'others':
        return this.#askOthers(asking, question.question);
      case 'one':
        return this.#members
          .values()
          .find(({ id }) => id === question.worker)
          ?.ask(question.question);
    }
  }

  /** Whoever does not answer in time is left out. */
  async #askAll(question: WorkerQuestion): Promise<unknown[]> {
    const asked = await Promise.allSettled(this.#serving().map((member) => member.ask(question)));
    const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (question.kind !== 'metrics') return answers;
    return [...answers, await this.#metrics.getMetricsAsJSON()];
  }

  async #askOthers(asking: Member, question: WorkerQuestion): Promise<void> {
    const others = [...this.#members].filter((one) => one !== asking && one.state !== 'starting');
    await Promise.all(
      others.map(async (member) => {
        // Nothing is remembered by who has ended.
        await Promise.race([member.ask(question), member.ended]);
      }),
    );
  }
}

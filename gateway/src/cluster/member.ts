import cluster, { type Worker } from 'node:cluster';
import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import type { WorkerOrder, WorkerQuestion, WorkerReport } from './cluster-messages.ts';
import { Conversation } from './conversation.ts';

/** Time for a worker to answer. */
const answerTimeoutMs = 1_000;

export interface MemberParts {
  readonly config: Config;
  /** Answers what the worker asks. */
  readonly answer: (member: Member, question: unknown) => unknown;
}

/** One worker of the cluster, as the primary sees it. */
export class Member {
  readonly #worker: Worker;
  readonly #conversation: Conversation;
  readonly #served = Promise.withResolvers<string>();
  readonly config: Config;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  state: 'starting' | 'serving' | 'draining' | 'ended' = 'starting';
  /** True once it was told to end: its end is no crash. */
  wasDrained = false;
  heardMs = performance.now();
  readonly startedMs = performance.now();

  constructor({ config, answer }: MemberParts) {
    this.config = config;
    this.#worker = cluster.fork();
    this.#conversation = new Conversation({
      send: (message) => this.#send(message),
      answer: (question) => answer(this, question),
      timeoutMs: answerTimeoutMs,
    });
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#worker.on('message', (message: unknown) => {
      this.heardMs = performance.now();
      if (!this.#conversation.receive(message)) this.#hear(message as WorkerReport);
    });
    this.#worker.once('exit', (code, signal) => {
      this.state = 'ended';
      // Before the questions to it fail: whoever waits for either learns that it is gone.
      ended.resolve();
      this.#conversation[Symbol.dispose]();
      this.#served.reject(new AppError('INTERNAL_SERVER_ERROR', endOf(code, signal)));
    });
    this.#worker.on('error', () => undefined);
    this.#served.promise.catch(() => undefined);
    this.#send({ kind: 'serve', config, worker: this.id } satisfies WorkerOrder);
  }

  get id(): number {
    return this.#worker.id;
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Resolves with its URL when it serves; rejects when it ends before, or takes too long. */
  async serves(timeoutMs: number): Promise<string> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const message = `A worker did not serve within ${timeoutMs} ms (cluster.readyTimeoutMs)`;
      timeout.reject(new AppError('INTERNAL_SERVER_ERROR', message));
    }, timeoutMs);
    try {
      return await Promise.race([this.#served.promise, timeout.promise]);
    } catch (error) {
      this.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  ask(question: WorkerQuestion): Promise<unknown> {
    return this.#conversation.ask(question);
  }

  /** Resolves when it has ended, by force after the time. */
  async drain(handover: boolean, timeoutMs: number): Promise<void> {
    if (this.state === 'ended') return;
    this.state = 'draining';
    this.wasDrained = true;
    this.#send({ kind: 'drain', handover } satisfies WorkerOrder);
    const timer = setTimeout(() => this.kill(), timeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #hear(report: WorkerReport): void {
    if (report.kind === 'serves') {
      this.state = 'serving';
      this.#served.resolve(report.url);
    } else if (report.kind === 'failed') {
      this.#served.reject(new AppError('BAD_USER_INPUT', report.message));
    }
  }

  /** A worker that has just ended hears nothing, which its end will tell. */
  #send(message: object): void {
    if (this.#worker.isConnected()) this.#worker.send(message, () => undefined);
  }
}

function endOf(code: number | null, signal: string | null): string {
  return `A worker ended by itself (${signal ?? `code ${code ?? 'unknown'}`})`;
}

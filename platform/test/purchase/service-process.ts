import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnvironment } from '../../src/config.ts';

/** A start on a machine that is busy with other tests. */
const readyTimeoutMs = 60_000;
const readyPollMs = 50;
const stopTimeoutMs = 15_000;
/** Of the log this much is shown when a start fails, in characters. */
const complaintLengthMax = 3_000;

export interface ServiceOptions {
  readonly name: string;
  readonly main: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly logFile: string;
}

/** One process of the platform, started by its own main, that a test may kill and start again. */
export class ServiceProcess {
  readonly name: string;
  readonly #options: ServiceOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves when it says that it is ready. Rejects with the end of its log. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const { args = [], environment, main } = this.#options;
    const preload = new URL('../../src/exit-with-parent.js', import.meta.url).href;
    const child = spawn(process.execPath, ['--import', preload, main, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: childEnvironment({ LOG_LEVEL: 'info', NODE_OPTIONS: '', ...environment }),
    });
    child.stdout.pipe(this.#log, { end: false });
    child.stderr.pipe(this.#log, { end: false });
    this.#child = child;
    this.#exited = once(child, 'exit').then(() => {
      if (this.#child === child) this.#child = undefined;
    });
    await this.#untilReady(child);
  }

  /** Ends it at once, as a crash would; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  /** Asks it to end; resolves when it has. */
  async stop(): Promise<void> {
    const child = this.#child;
    child?.kill('SIGTERM');
    const timer = setTimeout(() => child?.kill('SIGKILL'), stopTimeoutMs);
    await this.#exited;
    clearTimeout(timer);
  }

  /** Stops it for good. */
  async close(): Promise<void> {
    await this.stop();
    this.#log.end();
    await once(this.#log, 'finish');
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const { name, readyUrl, logFile } = this.#options;
    const endsAt = Date.now() + readyTimeoutMs;
    while (Date.now() < endsAt && child.exitCode === null && child.signalCode === null) {
      const isReady = await fetch(readyUrl, { signal: AbortSignal.timeout(1_000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (isReady) return;
      await delay(readyPollMs);
    }
    // Killed by the test itself: whoever did that starts it again.
    if (child.signalCode === 'SIGKILL') return;
    await this.kill();
    const log = readFileSync(logFile, 'utf8').slice(-complaintLengthMax);
    throw new Error(`${name} was not ready:\n${log}`);
  }
}

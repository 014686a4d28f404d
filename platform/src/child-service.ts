import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '@plaza/prisma/startup-error';
import { childEnvironment } from './config.ts';

/** How long a service may take to say that it is ready. */
const readyTimeoutMs = 30_000;
const readyPollMs = 50;
/** How long it may take to finish open requests and end. */
const stopTimeoutMs = 15_000;
/** Of what it says on stderr this much is kept for an error message, in characters. */
const complaintLengthMax = 2_000;

export interface ChildServiceOptions {
  /** For messages, such as `gateway`. */
  readonly name: string;
  /** File that Node runs. */
  readonly main: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Answers 2xx once the service is ready. */
  readonly readyUrl: string;
}

/** A process of ours with an HTTP server in it. */
export interface ChildService {
  /** Resolves with the exit code when the process ends. */
  readonly exited: Promise<number>;
  /** Asks it to end (SIGTERM) and waits; idempotent. */
  stop(): Promise<void>;
}

/** Starts the process and waits until it is ready. Throws StartupError with what it complained of. */
export async function startChildService(options: ChildServiceOptions): Promise<ChildService> {
  const preload = new URL('./exit-with-parent.js', import.meta.url).href;
  const child = spawn(
    process.execPath,
    ['--import', preload, options.main, ...(options.args ?? [])],
    {
      // Its own process group: on Ctrl-C the launcher decides in which order things end.
      detached: true,
      stdio: ['pipe', 'inherit', 'pipe'],
      env: childEnvironment(options.environment ?? {}),
    },
  );
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-complaintLengthMax);
    process.stderr.write(chunk);
  });
  const exited = once(child, 'exit').then(([code]) => Number(code ?? 1));
  await untilReady(child, options, () => complaint);
  return { exited, stop: () => stopChild(child, exited) };
}

/** File of a package of ours, for `main`. */
export function mainFile(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}

async function untilReady(
  child: ChildProcess,
  { name, readyUrl }: ChildServiceOptions,
  complaint: () => string,
): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      const reason = complaint().trim().split('\n').at(-1) ?? '';
      throw new StartupError(`The ${name} did not start: ${reason || 'no reason given'}`);
    }
    const isReady = await fetch(readyUrl, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await delay(readyPollMs);
  }
  child.kill('SIGKILL');
  throw new StartupError(`The ${name} was not ready within ${readyTimeoutMs / 1_000} s.`);
}

async function stopChild(child: ChildProcess, exited: Promise<number>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}

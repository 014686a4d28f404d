import { type ChildProcess, fork } from 'node:child_process';
import { childEnvironment } from './config.ts';

/** A process of the benchmark that answers messages. Dispose of it to end the process. */
export interface BenchProcess extends AsyncDisposable {
  /** Sends a message and resolves to the answer of the given kind. */
  ask<Answer extends { readonly kind: string }>(question: Question<Answer>): Promise<Answer>;
  /** Rejects when the process ends before it is told to. */
  readonly failure: Promise<never>;
  readonly pid: number;
  /** Ends it as a crash would. Resolves when it has ended. */
  kill(): Promise<void>;
}

interface Question<Answer extends { readonly kind: string }> {
  readonly kind: Answer['kind'];
  /** Left out: only wait for a message that the process sends by itself. */
  readonly message?: string | object;
  readonly timeoutMs: number;
}

const outputCharactersMax = 10_000;
const stopTimeoutMs = 5_000;

/** Starts a compiled module as a process of its own, without the terminal. */
export function startProcess(
  module: URL,
  args: readonly string[],
  execArgv: readonly string[] = [],
): BenchProcess {
  const child = fork(module, args, {
    execArgv: [...execArgv],
    env: childEnvironment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const failure = watchForEnd(child, module);
  // Whoever waits for an answer also waits for this; alone it must not end the benchmark.
  failure.catch(() => undefined);
  return {
    failure,
    pid: child.pid ?? 0,
    kill: () => stop(child, 'SIGKILL'),
    ask: (question) => Promise.race([askChild(child, question), failure]),
    [Symbol.asyncDispose]: () => stop(child),
  };
}

function askChild<Answer extends { readonly kind: string }>(
  child: ChildProcess,
  { kind, message, timeoutMs }: Question<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.off('message', onMessage);
      reject(new Error(`A process did not answer "${kind}" within ${timeoutMs} ms`));
    }, timeoutMs);
    const onMessage = (answer: unknown): void => {
      if (isAnswer<Answer>(answer, kind)) {
        clearTimeout(timer);
        child.off('message', onMessage);
        resolve(answer);
      }
    };
    child.on('message', onMessage);
    if (message !== undefined) {
      child.send(message);
    }
  });
}

function isAnswer<Answer extends { readonly kind: string }>(
  value: unknown,
  kind: string,
): value is Answer {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function watchForEnd(child: ChildProcess, module: URL): Promise<never> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output = (output + String(chunk)).slice(-outputCharactersMax);
    });
  }
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`${module.pathname} ended (${signal ?? code}):\n${output}`));
    });
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  child.kill(signal);
  await ended;
  clearTimeout(timer);
}

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** How long a program may take to say what a test waits for. */
const patienceMs = 30_000;

export interface RunningProgram extends AsyncDisposable {
  /** Resolves with the first group, when what it has printed matches. */
  said(pattern: RegExp): Promise<string>;
  /** Asks it to end; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code when it ends by itself. */
  readonly exited: Promise<number | null>;
  printed(): string;
}

/** Starts a JavaScript file by Node, in a folder, with nothing of the tests' environment. */
export function runProgram(folder: string, file: string, args: readonly string[] = []) {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return watch(spawn(process.execPath, [file, ...args], { cwd: folder, stdio, env: {} }));
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): RunningProgram {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    exited,
    printed: () => printed,
    said: async (pattern) => {
      const signal = AbortSignal.timeout(patienceMs);
      for (;;) {
        const match = pattern.exec(printed);
        if (match !== null) return match[1] ?? '';
        if (child.exitCode !== null) throw new Error(`It ended: ${printed}`);
        await Promise.race([once(child.stdout, 'data', { signal }), exited]);
      }
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

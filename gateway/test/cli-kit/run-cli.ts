import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** How long a started process may take to say or do what a test waits for. */
const patienceMs = 20_000;

export interface CliProcess extends AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  /** Resolves with the base URL once the gateway says where it serves. */
  served(): Promise<string>;
  /** Resolves when standard output matches. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the gateway's command as anybody would. Dispose of it to kill it. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, [main, ...args], { env: environment });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const match = pattern.exec(stdout);
      if (match !== null) return match;
      if (child.exitCode !== null) throw new Error(`It ended: ${stdout}${stderr}`);
      await Promise.race([once(child.stdout, 'data', { signal }), exited]);
    }
  };
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    said,
    served: async () => (await said(/"url\.graphql":"(http[^"]*)\/graphql"/))[1] ?? '',
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs a command to its end. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  await using cli = startCli(args, environment);
  cli.process.stdin.end();
  return { code: await cli.exited, stdout: cli.stdout(), stderr: cli.stderr() };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): Disposable & { file(name: string): string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-cli-'));
  return {
    file: (name) => path.join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '@plaza/prisma/startup-error';
import { childEnvironment } from './config.ts';

/** How long the gateway may take to say that it is ready. */
const readyTimeoutMs = 30_000;
const readyPollMs = 50;
/** How long it may take to finish open requests and end. */
const stopTimeoutMs = 15_000;

export interface GatewayProcess {
  readonly url: string;
  /** Resolves with the exit code when the process ends by itself. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

export interface GatewayProcessOptions {
  readonly supergraphFile: string;
  readonly configFile: string;
  readonly port: number;
  readonly logLevel: string;
}

/** Starts the gateway as anybody would for their own graph, and waits until it is ready. */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const main = fileURLToPath(import.meta.resolve('@plaza/gateway/main'));
  const args = ['--supergraph', options.supergraphFile, '--config', options.configFile];
  args.push('--port', String(options.port), '--log-level', options.logLevel, '--exit-with-parent');
  const child = spawn(process.execPath, [main, ...args], {
    // Its own process group: on Ctrl-C the launcher decides in which order things end.
    detached: true,
    stdio: ['pipe', 'inherit', 'pipe'],
    env: childEnvironment({}),
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-2_000);
    process.stderr.write(chunk);
  });
  const exited = once(child, 'exit').then(([code]) => Number(code ?? 1));
  const url = `http://localhost:${options.port}`;
  await untilReady(child, `${url}/ready`, () => complaint);
  return { url, exited, stop: () => stopChild(child, exited) };
}

async function untilReady(
  child: ChildProcess,
  url: string,
  complaint: () => string,
): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      throw new StartupError(
        `The gateway did not start: ${complaint().trim() || 'no reason given'}`,
      );
    }
    const isReady = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await delay(readyPollMs);
  }
  child.kill('SIGKILL');
  throw new StartupError(`The gateway was not ready within ${readyTimeoutMs / 1000} s.`);
}

async function stopChild(child: ChildProcess, exited: Promise<number>): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}

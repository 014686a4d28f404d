import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchProcess, startProcess } from '../child-process.ts';
import type { ProcessUsage } from './usage-probe.ts';
import { usageQuestion } from './usage-probe.ts';

/** A gateway in a process of its own that the benchmark can load and question. */
export interface GatewayUnderTest extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** CPU and memory of its process since it started. */
  usage(): Promise<ProcessUsage>;
}

export interface GatewayStart {
  readonly name: string;
  readonly module: URL;
  /** The program's arguments for a port. */
  readonly args: (port: number) => readonly string[];
  /** Path of the GraphQL endpoint. */
  readonly path: string;
}

const bootTimeoutMs = 30_000;
const pollIntervalMs = 100;
const usageTimeoutMs = 5_000;

/** Starts a gateway and waits until it answers `{ __typename }`. */
export async function startGateway(start: GatewayStart): Promise<GatewayUnderTest> {
  const port = await findFreePort();
  const probe = new URL('./usage-probe.js', import.meta.url);
  const child = startProcess(start.module, start.args(port), ['--import', probe.href]);
  const url = `http://127.0.0.1:${port}${start.path}`;
  try {
    await Promise.race([waitUntilAnswering(url), child.failure]);
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  return {
    name: start.name,
    url,
    usage: () => readUsage(child),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** Posts an operation and returns the text of the answer. Throws unless the status is 200. */
export async function postOperation(url: string, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
    signal: AbortSignal.timeout(bootTimeoutMs),
  });
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return text;
}

function readUsage(child: BenchProcess): Promise<ProcessUsage> {
  return child.ask<ProcessUsage>({
    kind: 'usage',
    message: usageQuestion,
    timeoutMs: usageTimeoutMs,
  });
}

async function waitUntilAnswering(url: string): Promise<void> {
  const deadline = Date.now() + bootTimeoutMs;
  for (;;) {
    try {
      await postOperation(url, '{"query":"{ __typename }"}');
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`No gateway at ${url} after ${bootTimeoutMs} ms`, { cause: error });
      }
    }
    await sleep(pollIntervalMs);
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

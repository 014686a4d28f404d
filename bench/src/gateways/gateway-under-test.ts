import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from '../child-process.ts';
import { type HeapUsage, heapQuestion, type ProcessUsage, usageQuestion } from './usage-probe.ts';

/** A gateway in a process of its own that the benchmark can load and question. */
export interface GatewayUnderTest extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** From the start of its process to its first answer, in milliseconds. */
  readonly startUpMs: number;
  /** CPU and memory of its process since it started. */
  usage(): Promise<ProcessUsage>;
  /** Collects garbage, then reads what is left. */
  heap(): Promise<HeapUsage>;
}

export interface GatewayStart {
  readonly name: string;
  readonly module: URL;
  /** The program's arguments for a port. */
  readonly args: (port: number) => readonly string[];
  /** Path of the GraphQL endpoint. */
  readonly path: string;
}

/** Sent with every operation. One id for all: errors repeat it, and answers must be equal bytes. */
export const requestHeaders = {
  'content-type': 'application/json',
  accept: 'application/json',
  'x-request-id': 'bench',
} as const;

const bootTimeoutMs = 90_000;
/** Start-up is measured by these steps. */
const pollIntervalMs = 10;
/** A process under full load answers when it has its turn. */
const usageTimeoutMs = 30_000;

/** Starts a gateway and waits until it answers `{ __typename }`. */
export async function startGateway(start: GatewayStart): Promise<GatewayUnderTest> {
  const port = await findFreePort();
  const probe = new URL('./usage-probe.js', import.meta.url);
  const startedAt = performance.now();
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
    pid: child.pid,
    startUpMs: performance.now() - startedAt,
    usage: () =>
      child.ask<ProcessUsage>({ kind: 'usage', message: usageQuestion, timeoutMs: usageTimeoutMs }),
    heap: () =>
      child.ask<HeapUsage>({ kind: 'heap', message: heapQuestion, timeoutMs: usageTimeoutMs }),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** Posts an operation and returns the text of the answer. Throws unless the status is 200. */
export async function postOperation(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...requestHeaders, ...headers },
    body,
    signal: AbortSignal.timeout(bootTimeoutMs),
  });
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return text;
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

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import { type BenchProcess, startProcess } from '../child-process.ts';
import type { SubgraphProcessMessage } from '../subgraphs/subgraph-process.ts';

/** Something that is killed and comes back. */
export interface Victim {
  readonly name: string;
  /** The subgraph that is down meanwhile; `all`: any request may fail; `none`: none may. */
  readonly takes: 'all' | 'none' | (string & {});
  kill(): Promise<void>;
  /** Resolves when it has been started again. */
  start(): Promise<void>;
}

const startTimeoutMs = 20_000;
const pollIntervalMs = 20;

/** A subgraph in a process of its own, always on the same port. */
export class SubgraphVictim implements Victim, AsyncDisposable {
  readonly name: string;
  readonly takes: string;
  #port = 0;
  #process: BenchProcess | undefined;

  constructor(name: string) {
    this.name = name;
    this.takes = name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/${this.name}`;
  }

  async start(): Promise<void> {
    const module = new URL('../subgraphs/subgraph-process.js', import.meta.url);
    this.#process = startProcess(module, [String(this.#port)]);
    const { origin } = await this.#process.ask<
      Extract<SubgraphProcessMessage, { kind: 'listening' }>
    >({ kind: 'listening', timeoutMs: startTimeoutMs });
    this.#port = Number(new URL(origin).port);
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }
}

/** Redis, without which every answer must be as whole as with it. */
export function redisVictim(redis: OwnRedis): Victim {
  return { name: 'redis', takes: 'none', kill: () => redis.kill(), start: () => redis.start() };
}

/** One of the gateway's workers; the gateway starts another one by itself. */
export function workerVictim(gatewayPid: () => number): Victim {
  return {
    name: 'worker',
    takes: 'all',
    kill: async () => {
      const [worker] = await childrenOf(gatewayPid());
      if (worker === undefined) throw new Error('The gateway has no worker');
      process.kill(worker, 'SIGKILL');
    },
    start: async () => {
      const endsAtMs = Date.now() + startTimeoutMs;
      while ((await childrenOf(gatewayPid())).length < 2) {
        if (Date.now() > endsAtMs) throw new Error('The gateway has started no other worker');
        await sleep(pollIntervalMs);
      }
    },
  };
}

/** Child processes, as Linux tells them. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .trim()
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
}

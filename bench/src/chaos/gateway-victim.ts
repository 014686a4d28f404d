import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchProcess, startProcess } from '../child-process.ts';
import { postOperation } from '../gateways/gateway-under-test.ts';
import type { Victim } from './victims.ts';

const startTimeoutMs = 60_000;
const pollIntervalMs = 20;

/** The gateway with all its workers, always on the same port. */
export class GatewayVictim implements Victim, AsyncDisposable {
  readonly name = 'gateway';
  readonly takes = 'all';
  readonly url: string;
  readonly #module: URL;
  readonly #args: readonly string[];
  #process: BenchProcess | undefined;

  constructor(
    module: URL,
    files: { readonly supergraph: string; readonly config: string },
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}/graphql`;
    this.#module = module;
    this.#args = [
      ...['--supergraph', files.supergraph],
      ...['--config', files.config],
      ...['--port', String(port)],
    ];
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.#process = startProcess(this.#module, this.#args);
    await Promise.race([this.#untilAnswering(), this.#process.failure]);
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }

  async #untilAnswering(): Promise<void> {
    const endsAtMs = Date.now() + startTimeoutMs;
    for (;;) {
      try {
        await postOperation(this.url, '{"query":"{ __typename }"}');
        return;
      } catch (error) {
        if (Date.now() > endsAtMs) throw new Error('The gateway does not start', { cause: error });
      }
      await sleep(pollIntervalMs);
    }
  }
}

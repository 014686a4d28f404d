import { setFlagsFromString } from 'node:v8';
import { serveGateway } from '../serve-gateway.ts';
import { createLogger } from '../telemetry/logger.ts';
import type {
  PrimaryQuestion,
  WorkerOrder,
  WorkerQuestion,
  WorkerReport,
} from './cluster-messages.ts';
import { Conversation } from './conversation.ts';
import { WorkerLink } from './worker-link.ts';

const aliveIntervalMs = 1_000;
/** Time for another process of the cluster to answer. */
const answerTimeoutMs = 1_000;

/** Runs one worker of a cluster: serves with what the primary hands it until it is told to drain. */
export async function runWorker(): Promise<void> {
  // Of a terminal's Ctrl-C and of a service manager's signals to all, the primary knows what follows.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  const channel = new PrimaryChannel();
  const { config, worker } = await channel.serve;
  setFlagsFromString('--no-allocation-site-pretenuring');
  const logger = createLogger(config.logging).child({ worker });
  const link = new WorkerLink({ worker, ask: (question) => channel.ask(question) });
  channel.open(link);
  try {
    const gateway = await serveGateway(config, logger, link);
    channel.report({ kind: 'serves', url: gateway.url });
    const alive = setInterval(() => channel.report({ kind: 'alive' }), aliveIntervalMs);
    const { handover } = await channel.drain;
    logger.debug('worker drains');
    await gateway.stop({ handover });
    clearInterval(alive);
  } catch (error) {
    channel.report({
      kind: 'failed',
      message: error instanceof Error ? error.message : String(error),
    });
    throw error;
  } finally {
    channel.close();
  }
}

/** The way to the primary. */
class PrimaryChannel {
  readonly #serve = Promise.withResolvers<Extract<WorkerOrder, { kind: 'serve' }>>();
  readonly #drain = Promise.withResolvers<Extract<WorkerOrder, { kind: 'drain' }>>();
  readonly #conversation: Conversation;
  #link: WorkerLink | undefined;

  constructor() {
    this.#conversation = new Conversation({
      send: (message) => void process.send?.(message),
      answer: (question) => this.#link?.answer(question as WorkerQuestion),
      timeoutMs: answerTimeoutMs,
    });
    process.on('message', (message) => {
      if (!this.#conversation.receive(message)) this.#obey(message as WorkerOrder);
    });
    // A signal to this process alone: the primary puts another in its place.
    process.once('SIGTERM', () => this.#drain.resolve({ kind: 'drain', handover: false }));
  }

  get serve() {
    return this.#serve.promise;
  }

  get drain() {
    return this.#drain.promise;
  }

  open(link: WorkerLink): void {
    this.#link = link;
  }

  ask(question: PrimaryQuestion): Promise<unknown> {
    return this.#conversation.ask(question);
  }

  report(report: WorkerReport): void {
    process.send?.(report);
  }

  close(): void {
    this.#conversation[Symbol.dispose]();
    if (process.connected) process.disconnect();
  }

  #obey(order: WorkerOrder): void {
    if (order.kind === 'serve') this.#serve.resolve(order);
    else if (order.kind === 'drain') this.#drain.resolve(order);
  }
}

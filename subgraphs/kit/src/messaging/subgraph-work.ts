import type { Logger } from 'pino';
import type { SubgraphConfig } from '../environment.ts';
import type { BackgroundJob } from '../jobs/background-job.ts';
import { OutboxRelay } from '../message-bus/outbox/outbox-relay.ts';
import type { OpenSubgraph, SubgraphContext } from '../subgraph.ts';
import type { SubgraphTracing } from '../tracing/subgraph-tracing.ts';
import type { Messaging, SubgraphConsumer } from './messaging.ts';

export interface SubgraphWorkOptions {
  readonly config: SubgraphConfig;
  readonly log: Logger;
  readonly opened: Pick<OpenSubgraph<SubgraphContext>, 'consumers' | 'jobs'>;
  /** Undefined for a subgraph without messages. */
  readonly messaging: Messaging | undefined;
  /** Undefined where nothing is traced. */
  readonly tracing?: SubgraphTracing | undefined;
}

/** What a subgraph does beside answering requests: consumers, the outbox relay, and jobs. */
export class SubgraphWork {
  readonly #messaging: Messaging | undefined;
  readonly #relay: OutboxRelay | undefined;
  readonly #jobs: readonly BackgroundJob[];

  private constructor(
    messaging: Messaging | undefined,
    relay: OutboxRelay | undefined,
    jobs: readonly BackgroundJob[],
  ) {
    this.#messaging = messaging;
    this.#relay = relay;
    this.#jobs = jobs;
  }

  /** Consumers before the relay, so that what this subgraph tells itself finds its queue. */
  static async start({ config, log, opened, messaging, tracing }: SubgraphWorkOptions) {
    const { consumers = [], jobs = [] } = opened;
    let relay: OutboxRelay | undefined;
    if (messaging !== undefined) {
      const { bus } = messaging;
      await Promise.all(consumers.map((consumer) => bus.consume(traced(consumer, tracing))));
      relay = await OutboxRelay.start({ databaseUrl: config.databaseUrl, bus, log });
    }
    for (const job of jobs) job.start(log);
    return new SubgraphWork(messaging, relay, jobs);
  }

  /** Finishes what is under way: jobs, then handlers, then the batch of the outbox. */
  async close(): Promise<void> {
    await Promise.all(this.#jobs.map((job) => job.close()));
    await this.#relay?.close();
    await closeMessaging(this.#messaging);
  }
}

function traced(
  consumer: SubgraphConsumer,
  tracing: SubgraphTracing | undefined,
): SubgraphConsumer {
  if (tracing === undefined) return consumer;
  return { ...consumer, handler: tracing.tracing(consumer.queue, consumer.handler) };
}

/** Handlers under way finish first. */
export async function closeMessaging(messaging: Messaging | undefined): Promise<void> {
  await messaging?.bus.close();
  await messaging?.pubSub.close();
}

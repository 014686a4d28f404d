import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import pg from 'pg';
import { pino } from 'pino';
import { createMessage, type Message } from '../message.ts';
import type { MessageBus, MessageBusOptions } from '../message-bus.ts';
import { defaultRetryDelaysMs } from '../message-bus-limits.ts';
import { openMessageBus } from '../open-message-bus.ts';
import { RabbitNames } from '../rabbitmq/rabbitmq-topology.ts';

/** Pauses between attempts in the tests. */
export const testRetryDelaysMs = [100, 200, 400];

/** One implementation, with a place of its own on a real server. */
export class BusUnderTest {
  readonly name: string;
  readonly url: string;
  readonly options: MessageBusOptions;
  readonly #clean: (queues: readonly string[]) => Promise<void>;
  readonly #queues: string[] = [];

  constructor(parts: {
    name: string;
    url: string;
    options?: Partial<MessageBusOptions>;
    clean: (queues: readonly string[]) => Promise<void>;
  }) {
    this.name = parts.name;
    this.url = parts.url;
    const log = pino({ level: 'silent' });
    this.options = { log, drainTimeoutMs: 2_000, unansweredDeliveriesMax: 2, ...parts.options };
    this.#clean = parts.clean;
  }

  open(options: Partial<MessageBusOptions> = {}): Promise<MessageBus> {
    return openMessageBus(this.url, { ...this.options, ...options });
  }

  /** The same place by another way to the server, such as a proxy. */
  at(url: string): BusUnderTest {
    const { name, options } = this;
    return new BusUnderTest({ name, url, options, clean: () => Promise.resolve() });
  }

  /** A name that no other test uses. */
  newQueue(): string {
    const queue = `test.queue-${this.#queues.length + 1}`;
    this.#queues.push(queue);
    return queue;
  }

  /** A topic that no other test uses. */
  newTopic(): string {
    return `test-${randomBytes(4).toString('hex')}.happened`;
  }

  /** Takes away everything that the tests made. */
  clean(): Promise<void> {
    return this.#clean(this.#queues);
  }
}

/** A database that the bus makes itself. */
export function createPostgresUnderTest(serverUrl: string): BusUnderTest {
  const url = new URL(serverUrl);
  const database = `test_bus_${randomBytes(6).toString('hex')}`;
  url.pathname = `/${database}`;
  return new BusUnderTest({
    name: 'PostgreSQL',
    url: url.href,
    options: { superviseIntervalMs: 1_000 },
    clean: () => dropDatabase(serverUrl, database),
  });
}

/** Names of its own on the server. */
export function createRabbitUnderTest(url: string): BusUnderTest {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  return new BusUnderTest({
    name: 'RabbitMQ',
    url,
    options: { namespace },
    clean: (queues) => deleteTopology(url, namespace, queues),
  });
}

export function newMessage(type: string, payload: object = { total: 1 }): Message {
  return createMessage({ type, source: 'test', payload });
}

export async function dropDatabase(serverUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

async function deleteTopology(
  url: string,
  namespace: string,
  queues: readonly string[],
): Promise<void> {
  const names = new RabbitNames({ namespace, unansweredDeliveriesMax: 1 });
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    for (const queue of queues) {
      await channel.deleteQueue(names.queue(queue));
      await channel.deleteQueue(names.dead(queue));
    }
    for (const delayMs of [...testRetryDelaysMs, ...defaultRetryDelaysMs]) {
      await channel.deleteQueue(names.delay(delayMs));
      await channel.deleteExchange(names.delay(delayMs));
    }
    await channel.deleteExchange(names.events);
  } finally {
    await connection.close();
  }
}

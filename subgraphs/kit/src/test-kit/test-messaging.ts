import { randomBytes } from 'node:crypto';
import { readTestPostgresUrl } from '@plaza/prisma/config';
import type { EventPayloads, EventType } from '@plaza/schema/events';
import pg from 'pg';
import { createMessage, type Message } from '../message-bus/message.ts';
import type { Messaging } from '../messaging/messaging.ts';

/** How long a test waits for a message before it fails. */
const waitMs = 10_000;

/** A bus that tests and their subgraphs share; dispose of it after them. */
export interface TestBus extends AsyncDisposable {
  readonly url: string;
}

/** Messages of some types, as they come. */
export interface CollectedMessages {
  readonly all: readonly Message[];
  /** The first message that fits; rejects with what has come instead after ten seconds. */
  waitFor<Type extends EventType>(
    type: Type,
    fits?: (payload: EventPayloads[Type]) => boolean,
  ): Promise<Message<EventPayloads[Type]>>;
}

/** The other side of the bus: what other subgraphs would send and hear. */
export interface TestMessaging extends Messaging {
  /** Sends a message as another subgraph would; resolves when the bus has it. */
  publish<Type extends EventType>(type: Type, payload: EventPayloads[Type]): Promise<Message>;
  /** Listens from now on, with a queue of its own. */
  collect(types: readonly EventType[]): Promise<CollectedMessages>;
}

/** A name for a database of messages on the test server, dropped in the end. */
export function createTestBus(): TestBus {
  const server = readTestPostgresUrl();
  const name = `test_bus_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      const client = new pg.Client({ connectionString: server });
      await client.connect();
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.end();
    },
  };
}

export function createTestMessaging(messaging: Messaging): TestMessaging {
  return {
    get bus() {
      return messaging.bus;
    },
    get pubSub() {
      return messaging.pubSub;
    },
    async publish(type, payload) {
      const message = createMessage({ type, payload, source: 'test' });
      await messaging.bus.publish([message]);
      return message;
    },
    async collect(types) {
      const messages: Message[] = [];
      const waiting = new Set<() => void>();
      const queue = `test.${randomBytes(4).toString('hex')}`;
      const handler = async (message: Message): Promise<void> => {
        messages.push(message);
        for (const check of [...waiting]) check();
      };
      await messaging.bus.consume({ queue, types, handler });
      return { all: messages, waitFor: (type, fits) => waitFor({ messages, waiting }, type, fits) };
    },
  };
}

async function waitFor<Type extends EventType>(
  { messages, waiting }: { readonly messages: Message[]; readonly waiting: Set<() => void> },
  type: Type,
  fits: (payload: EventPayloads[Type]) => boolean = () => true,
): Promise<Message<EventPayloads[Type]>> {
  const { promise, resolve, reject } = Promise.withResolvers<Message<EventPayloads[Type]>>();
  const check = (): void => {
    const found = messages.find(
      (message) => message.type === type && fits(message.payload as EventPayloads[Type]),
    );
    if (found !== undefined) resolve(found as Message<EventPayloads[Type]>);
  };
  const timer = setTimeout(() => {
    const came = messages.map((message) => message.type).join(', ');
    reject(new Error(`Waited ${waitMs} ms for ${type}; came: ${came}`));
  }, waitMs);
  waiting.add(check);
  check();
  return promise.finally(() => {
    clearTimeout(timer);
    waiting.delete(check);
  });
}

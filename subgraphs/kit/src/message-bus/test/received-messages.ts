import type { Message } from '../message.ts';
import type { Delivery, MessageHandler } from '../message-bus.ts';

/** How long a test waits for what must come. */
const patienceMs = 30_000;

export interface ReceivedMessage {
  readonly message: Message;
  readonly attempt: number;
  readonly atMs: number;
}

/** Collects what a handler gets, and lets a test wait for a number of them. */
export class ReceivedMessages {
  readonly all: ReceivedMessage[] = [];
  readonly #distinct = new Set<string>();
  readonly #waiting = new Set<() => void>();

  /** A handler that notes the message and then does the work. */
  handler(work: MessageHandler = () => Promise.resolve()): MessageHandler {
    return async (message, delivery) => {
      this.note(message, delivery);
      await work(message, delivery);
    };
  }

  note(message: Message, { attempt }: Pick<Delivery, 'attempt'>): void {
    this.#distinct.add(message.id);
    this.all.push({ message, attempt, atMs: performance.now() });
    for (const check of this.#waiting) check();
  }

  get ids(): string[] {
    return this.all.map(({ message }) => message.id);
  }

  /** Resolves when so many messages (of different ids, if `distinct`) have come. */
  async untilCount(count: number, { distinct = false } = {}): Promise<void> {
    const hasThem = (): boolean => (distinct ? this.#distinct.size : this.all.length) >= count;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (hasThem()) resolve();
    };
    const timer = setTimeout(
      () => reject(new Error(`${this.all.length} of ${count} messages came in ${patienceMs} ms`)),
      patienceMs,
    );
    this.#waiting.add(check);
    check();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }
}

/** Asks until the answer is one; fails the test after `patienceMs`. For what cannot be awaited. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > endsAt) throw new Error(`It did not happen in ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

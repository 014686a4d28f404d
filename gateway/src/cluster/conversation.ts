import { AppError } from '@plaza/schema/errors';

/** Questions that may wait for their answers; one more is refused. */
const waitingMax = 100_000;

interface AskMessage {
  readonly kind: 'ask';
  readonly id: number;
  readonly question: unknown;
}

interface AnswerMessage {
  readonly kind: 'answer';
  readonly id: number;
  readonly answer?: unknown;
  /** Set when there is no answer. */
  readonly problem?: string;
}

interface Waiting {
  readonly flight: PromiseWithResolvers<unknown>;
  readonly timer: NodeJS.Timeout;
}

export interface ConversationParts {
  readonly send: (message: object) => void;
  /** Answers what the other side asks. */
  readonly answer: (question: unknown) => unknown;
  /** Time for an answer. */
  readonly timeoutMs: number;
}

/** Questions and answers with another process, over a channel that carries other messages too. */
export class Conversation implements Disposable {
  readonly #parts: ConversationParts;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Rejects with AppError DOWNSTREAM_SERVICE_ERROR when there is no answer in time. */
  ask(question: object): Promise<unknown> {
    if (this.#waiting.size >= waitingMax) return Promise.reject(unanswered('Too many questions'));
    this.#lastId += 1;
    const id = this.#lastId;
    const flight = Promise.withResolvers<unknown>();
    const { timeoutMs } = this.#parts;
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      flight.reject(unanswered(`There was no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    this.#waiting.set(id, { flight, timer });
    this.#send({ kind: 'ask', id, question });
    return flight.promise;
  }

  /** False for a message that is neither question nor answer. */
  receive(message: unknown): boolean {
    const { kind } = Object(message) as { readonly kind?: unknown };
    if (kind === 'ask') void this.#answer(message as AskMessage);
    else if (kind === 'answer') this.#settle(message as AnswerMessage);
    else return false;
    return true;
  }

  /** Nobody answers any more. */
  [Symbol.dispose](): void {
    for (const { flight, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      flight.reject(unanswered('The other process has ended'));
    }
    this.#waiting.clear();
  }

  async #answer({ id, question }: AskMessage): Promise<void> {
    try {
      this.#send({ kind: 'answer', id, answer: await this.#parts.answer(question) });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#send({ kind: 'answer', id, problem });
    }
  }

  #settle({ id, answer, problem }: AnswerMessage): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (problem === undefined) waiting.flight.resolve(answer);
    else waiting.flight.reject(unanswered(problem));
  }

  #send(message: AskMessage | AnswerMessage): void {
    this.#parts.send(message);
  }
}

function unanswered(message: string): AppError {
  return new AppError('DOWNSTREAM_SERVICE_ERROR', message);
}

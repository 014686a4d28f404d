import type { Message } from './message.ts';
import type { ResolvedConsumeOptions } from './message-bus-limits.ts';
import { PermanentFailure } from './permanent-failure.ts';
import { matchesTopic } from './topic-pattern.ts';

/** Longest reason that is kept with a dead letter, in characters. */
const reasonLengthMax = 1_000;

/** What becomes of a message after one attempt. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string }
  /** The bus closes: the attempt does not count. */
  | { readonly kind: 'interrupted' };

export interface Attempt {
  readonly message: Message;
  readonly attempt: number;
  /** Aborted when the bus cannot wait any longer. */
  readonly closing: AbortSignal;
}

/**
 * Runs the handler once, within its deadline, and decides what follows. Never rejects. A handler that
 * outlives its deadline goes on running, but what it does no longer counts.
 */
export async function handleDelivery(
  { message, attempt, closing }: Attempt,
  options: ResolvedConsumeOptions,
): Promise<Outcome> {
  if (closing.aborted) return { kind: 'interrupted' };
  const deadline = new AbortController();
  const signal = AbortSignal.any([deadline.signal, closing]);
  const timer = setTimeout(
    () => deadline.abort(new Error(`The handler took longer than ${options.handlerTimeoutMs} ms`)),
    options.handlerTimeoutMs,
  );
  try {
    requireWanted(message, options);
    await Promise.race([options.handler(message, { attempt, signal }), rejectOnAbort(signal)]);
    return { kind: 'done' };
  } catch (error) {
    if (closing.aborted) return { kind: 'interrupted' };
    return outcomeOfFailure(error, { attempt, delaysMs: options.retryDelaysMs });
  } finally {
    clearTimeout(timer);
  }
}

/** A binding can outlive the code that asked for it, and during a deployment two codes compete. */
function requireWanted(message: Message, { queue, types }: ResolvedConsumeOptions): void {
  if (!types.some((pattern) => matchesTopic(pattern, message.type))) {
    throw new Error(`The consumer of ${queue} does not take ${message.type}`);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function outcomeOfFailure(
  error: unknown,
  { attempt, delaysMs }: { attempt: number; delaysMs: readonly number[] },
): Outcome {
  const reason = reasonOf(error);
  const delayMs = delaysMs[attempt - 1];
  if (error instanceof PermanentFailure || delayMs === undefined) return { kind: 'dead', reason };
  return { kind: 'retry', delayMs, reason };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll('\0', '').slice(0, reasonLengthMax);
}

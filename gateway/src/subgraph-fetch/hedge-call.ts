import { setTimeout as wait } from 'node:timers/promises';
import type { HttpAnswer } from './http-call.ts';

/** A call that may be made a second time while the first is under way. */
export interface HedgedCall {
  /** The whole call's. */
  readonly signal: AbortSignal;
  readonly delayMs: number;
  /** Sends it to some replica; the second time to another one. */
  readonly send: (signal: AbortSignal) => Promise<HttpAnswer>;
  /** Asked when the delay is over. */
  readonly mayHedge: () => boolean;
  readonly onWon: () => void;
}

/**
 * Sends a query, and once more when the answer takes long. The first answer counts, and ends the other
 * call; when both fail, the first one's error.
 */
export async function hedgeCall(call: HedgedCall): Promise<HttpAnswer> {
  const losers = new AbortController();
  const signal = AbortSignal.any([call.signal, losers.signal]);
  const first = call.send(signal);
  try {
    const delay = wait(call.delayMs, undefined, { signal }).catch(() => first);
    const early = await Promise.race([first, delay]);
    if (early !== undefined) return early;
    if (!call.mayHedge()) return await first;
    const second = call.send(signal);
    return await firstAnswer(first, second, call.onWon);
  } finally {
    losers.abort();
    // What becomes of it does not matter any more.
    first.catch(() => undefined);
  }
}

async function firstAnswer(
  first: Promise<HttpAnswer>,
  second: Promise<HttpAnswer>,
  onWon: () => void,
): Promise<HttpAnswer> {
  let isSecond = false;
  const marked = second.then((answer) => {
    isSecond = true;
    return answer;
  });
  try {
    const answer = await Promise.any([first, marked]);
    if (isSecond) onWon();
    return answer;
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

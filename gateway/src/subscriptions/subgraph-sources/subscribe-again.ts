import { AppError } from '@plaza/schema/errors';
import type { SourceEvent } from '../subscription-source.ts';
import { BackOff } from './back-off.ts';

/** A connection that held for so long was a good one, though no event came. */
const steadyMs = 5_000;

/** The way to the subgraph is gone; another attempt may find one. */
export class LostConnection extends Error {}

export interface Attempts {
  /**
   * Subscribes once: `open`, then the events. Ends when the subgraph has completed the subscription;
   * throws LostConnection when it may be subscribed to again, and what is final as AppError.
   */
  readonly attempt: () => AsyncIterable<SourceEvent>;
  readonly signal: AbortSignal;
  /** Time for the first attempt that succeeds. */
  readonly connectTimeoutMs: number;
  readonly retryTimeoutMs: number;
  readonly retryDelayMsMax: number;
}

/** One subscription over as many attempts as it takes; between two of them, a gap. */
export async function* subscribeAgain(attempts: Attempts): AsyncGenerator<SourceEvent> {
  const { attempt, signal, connectTimeoutMs, retryTimeoutMs } = attempts;
  const backOff = new BackOff(attempts.retryDelayMsMax);
  let subscribedAtMs: number | undefined;
  for (;;) {
    try {
      for await (const event of attempt()) {
        if (event.kind === 'open') {
          yield { kind: subscribedAtMs === undefined ? 'open' : 'gap' };
          subscribedAtMs = performance.now();
        } else {
          backOff.succeeded();
          yield event;
        }
      }
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof LostConnection)) throw error;
      const isSteady = performance.now() - (subscribedAtMs ?? Infinity) >= steadyMs;
      if (isSteady) backOff.succeeded();
      backOff.failed();
      const timeoutMs = subscribedAtMs === undefined ? connectTimeoutMs : retryTimeoutMs;
      if (backOff.failingMs >= timeoutMs) {
        throw new AppError('DOWNSTREAM_SERVICE_ERROR', error.message, { cause: error });
      }
    }
    await backOff.wait(signal);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { CircuitBreaker, type CircuitSettings } from './circuit-breaker.ts';
import type { CallOptions, Unavailable, Unknown } from './payment-provider.ts';
import { type Attempt, attemptCall, type ProviderRequest } from './provider-attempt.ts';

export interface CallSettings extends CircuitSettings {
  /** For one try, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** For a call with all its tries and pauses, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly attemptsMax: number;
  /** Pause after the first failed try, in milliseconds; doubles with each. */
  readonly retryDelayMs: number;
}

export interface ProviderLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ProviderCallerOptions {
  readonly settings: CallSettings;
  readonly log: ProviderLog;
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export type CallResult = (Attempt & { readonly kind: 'answered' }) | Unavailable | Unknown;

/** Carries a call through tries, pauses and the circuit breaker, within one deadline. */
export class ProviderCaller {
  readonly #options: ProviderCallerOptions;
  readonly #circuit: CircuitBreaker;

  constructor(options: ProviderCallerOptions) {
    this.#options = options;
    this.#circuit = new CircuitBreaker(options.settings);
  }

  /**
   * The first definite answer. Without one: `unknown` when any try may have been done, else
   * `unavailable`. All tries send the same bytes, so the same idempotency key.
   */
  async call(
    operation: string,
    request: ProviderRequest,
    { signal }: CallOptions,
  ): Promise<CallResult> {
    const { attemptsMax, callTimeoutMs } = this.#options.settings;
    const deadlineMs = this.#options.now() + callTimeoutMs;
    let unclear: Unknown | undefined;
    for (let attempt = 1; ; attempt += 1) {
      if (!this.#circuit.tryPass(this.#options.now())) {
        return unclear ?? { kind: 'unavailable', reason: 'circuit_open' };
      }
      const result = await this.#try({ operation, attempt }, request, { signal, deadlineMs });
      if (result.kind === 'answered') return result;
      if (result.kind === 'unclear') unclear = { kind: 'unknown', reason: result.reason };
      const pauseMs = this.#pauseMs(attempt, result);
      const canRetry = attempt < attemptsMax && isRetryable(result);
      const hasTime = this.#options.now() + pauseMs < deadlineMs;
      if (!canRetry || !hasTime || !(await pause(pauseMs, signal))) {
        if (unclear !== undefined) return unclear;
        return { kind: 'unavailable', reason: result.reason };
      }
    }
  }

  async #try(
    { operation, attempt }: { readonly operation: string; readonly attempt: number },
    request: ProviderRequest,
    call: { readonly signal: AbortSignal | undefined; readonly deadlineMs: number },
  ): Promise<Attempt> {
    const { log, now, settings } = this.#options;
    const startedMs = now();
    const timeoutMs = Math.max(1, Math.min(settings.attemptTimeoutMs, call.deadlineMs - startedMs));
    const timeout = AbortSignal.timeout(timeoutMs);
    const result = await attemptCall(request, { timeout, caller: call.signal });
    const fields = { operation, attempt, duration_ms: now() - startedMs, ...describe(result) };
    if (result.kind === 'answered') log.debug(fields, 'payment provider answered');
    else log.warn(fields, 'payment provider call failed');
    if (result.kind === 'answered' || result.reason === 'rate_limited') this.#circuit.succeeded();
    else if (result.reason === 'aborted') this.#circuit.abandoned();
    else if (this.#circuit.failed(now())) log.error(fields, 'payment provider circuit opened');
    return result;
  }

  /** Doubling, half of it by chance, and never less than the provider asked for. */
  #pauseMs(attempt: number, result: Attempt): number {
    const { random, settings } = this.#options;
    const doubled = settings.retryDelayMs * 2 ** (attempt - 1);
    const asked = result.kind === 'not_done' ? (result.retryAfterMs ?? 0) : 0;
    return Math.max(asked, doubled * (0.5 + random() / 2));
  }
}

function isRetryable(result: Attempt): boolean {
  if (result.kind === 'not_done') return result.isRetryable;
  return result.kind === 'unclear' && result.reason !== 'aborted';
}

/** Nothing of request or answer but how it ended: no token, no key, no personal data. */
function describe(result: Attempt): object {
  if (result.kind === 'answered') return { 'http.response.status_code': result.status };
  const { reason, status } = result;
  return { reason, ...(status === undefined ? {} : { 'http.response.status_code': status }) };
}

/** False when the caller went away meanwhile. */
async function pause(pauseMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch {
    return false;
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@plaza/schema/errors';
import type { CallFault } from './call-error.ts';
import { CallError, isFailure } from './call-error.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import { callOverHttp } from './http-call.ts';
import { RecentCounts } from './recent-counts.ts';
import type { ReplicaAddress } from './replica.ts';
import { Replica } from './replica.ts';
import { isWithinBudget, waitBeforeRetry } from './retry-rules.ts';
import type { Admission } from './subgraph-breaker.ts';
import { SubgraphBreaker } from './subgraph-breaker.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import type { TrafficCounts } from './traffic-counts.ts';

/** What is sent. */
export interface OutgoingCall extends Pick<HttpCall, 'headers' | 'sign' | 'body' | 'signal'> {
  /** A query may be sent again. */
  readonly isQuery: boolean;
}

/** A call under way. */
interface CallState {
  readonly admission: Admission;
  readonly startedMs: number;
  attempt: number;
}

/** The calls to one subgraph: its connections, what became of its calls of late, and the rules. */
export class SubgraphCalls {
  readonly #subgraph: string;
  readonly #settings: SubgraphSettings;
  readonly #counts: TrafficCounts;
  readonly #recent: RecentCounts;
  readonly #breaker: SubgraphBreaker;
  readonly #replica: Replica;
  #waiting = 0;

  constructor(
    subgraph: string,
    address: ReplicaAddress,
    settings: SubgraphSettings,
    counts: TrafficCounts,
  ) {
    this.#subgraph = subgraph;
    this.#settings = settings;
    this.#counts = counts;
    this.#recent = new RecentCounts(settings.countingWindowMs);
    this.#breaker = new SubgraphBreaker(settings.circuitBreaker, this.#recent, () => {
      counts.breakerOpenings += 1;
    });
    counts.breakerState = () => this.#breaker.state;
    this.#replica = new Replica(address, settings);
  }

  /**
   * Sends one operation, again where that may help. Rejects as `callOverHttp` does, and with AppError
   * SUBGRAPH_UNAVAILABLE at once while the circuit breaker is open or too many calls wait.
   */
  async call(call: OutgoingCall): Promise<HttpAnswer> {
    const state = this.#begin();
    this.#waiting += 1;
    try {
      for (;;) {
        try {
          const answer = await this.#send(call, state);
          const fault = answer.status === 200 ? undefined : this.#faultOf(answer);
          if (fault === undefined || !(await this.#mayTryAgain(fault, call, state))) {
            this.#end(fault, state);
            return answer;
          }
        } catch (error) {
          const fault = error instanceof CallError ? error.fault : undefined;
          if (fault !== undefined && (await this.#mayTryAgain(fault, call, state))) continue;
          if (fault === undefined) this.#giveUp(state);
          else this.#end(fault, state);
          throw error;
        }
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Ends the connections when the calls under way have ended. */
  drain(): void {
    this.#replica.drain();
  }

  destroy(): Promise<void> {
    return this.#replica.destroy();
  }

  #begin(): CallState {
    const { connectionsMax, waitingCallsMax } = this.#settings;
    if (this.#waiting >= connectionsMax + waitingCallsMax) {
      this.#counts.calls.crowded += 1;
      throw this.#unavailable(`has ${waitingCallsMax} calls waiting`);
    }
    const startedMs = performance.now();
    const admission = this.#breaker.admit(startedMs);
    if (admission === undefined) {
      this.#counts.calls.refused += 1;
      throw this.#unavailable('fails too often: it is not called for now');
    }
    this.#recent.count('calls', startedMs);
    return { admission, startedMs, attempt: 0 };
  }

  #send(
    { headers, sign, body, signal }: OutgoingCall,
    { startedMs, attempt }: CallState,
  ): Promise<HttpAnswer> {
    const { timeoutMs, responseBytesMax } = this.#settings;
    const { pool, address } = this.#replica;
    return callOverHttp(pool, {
      subgraph: this.#subgraph,
      path: address.path,
      headers,
      sign,
      body,
      signal,
      timeoutMs: attempt === 0 ? timeoutMs : startedMs + timeoutMs - performance.now(),
      deadlineMs: timeoutMs,
      responseBytesMax,
    });
  }

  /** Waits as long as is to be waited before the next attempt, if there is to be one. */
  async #mayTryAgain(fault: CallFault, call: OutgoingCall, state: CallState): Promise<boolean> {
    const { timeoutMs, retries } = this.#settings;
    const nowMs = performance.now();
    const { attempt } = state;
    const leftMs = state.startedMs + timeoutMs - nowMs;
    const failed = { attempt, fault, isQuery: call.isQuery, leftMs };
    const waitMs = waitBeforeRetry(failed, retries);
    if (waitMs === undefined || this.#breaker.state === 'open') return false;
    if (!isWithinBudget(this.#recent, this.#settings, nowMs)) {
      this.#counts.retriesRefused += 1;
      return false;
    }
    this.#recent.count('retries', nowMs);
    this.#counts.retries += 1;
    state.attempt += 1;
    // An abort meanwhile is met by the next attempt.
    if (waitMs > 0) await wait(waitMs, undefined, { signal: call.signal }).catch(() => undefined);
    return true;
  }

  /** GraphQL that came with a status after which a query is sent again. */
  #faultOf({ status, retryAfter }: HttpAnswer): CallFault | undefined {
    const isFault = this.#settings.retries.statuses.includes(status);
    return isFault ? { kind: 'status', status, retryAfter } : undefined;
  }

  #end(fault: CallFault | undefined, { admission }: CallState): void {
    this.#counts.calls[fault?.kind ?? 'answered'] += 1;
    if (fault === undefined || !isFailure(fault)) {
      this.#breaker.succeeded(admission);
      return;
    }
    const nowMs = performance.now();
    this.#recent.count('failures', nowMs);
    this.#breaker.failed(admission, nowMs);
  }

  #giveUp({ admission }: CallState): void {
    this.#counts.calls.aborted += 1;
    this.#breaker.toldNothing(admission);
  }

  #unavailable(what: string): AppError {
    return new AppError('SUBGRAPH_UNAVAILABLE', `Subgraph ${this.#subgraph} ${what}`);
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@plaza/schema/errors';
import type { CallFault } from './call-error.ts';
import { CallError, isFailure } from './call-error.ts';
import { hedgeCall } from './hedge-call.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import { callOverHttp } from './http-call.ts';
import type { OpenReplicas } from './open-replicas.ts';
import { RecentCounts } from './recent-counts.ts';
import { RecentDurations } from './recent-durations.ts';
import type { Replica } from './replica.ts';
import type { Replicas } from './replicas.ts';
import { isWithinBudget, waitBeforeRetry } from './retry-rules.ts';
import type { Admission } from './subgraph-breaker.ts';
import { SubgraphBreaker } from './subgraph-breaker.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import type { TrafficCounts } from './traffic-counts.ts';

/** What is sent. */
export interface OutgoingCall
  extends Pick<HttpCall, 'headers' | 'sign' | 'body' | 'rules' | 'signal'> {
  /** A query may be sent again. */
  readonly isQuery: boolean;
}

/** A call under way. */
interface CallState {
  readonly admission: Admission;
  readonly startedMs: number;
  attempt: number;
  /** Who was asked last; undefined for both that a hedged call has asked. */
  replica: Replica | undefined;
}

/** Whom the calls go to, and by which rules. */
export interface CalledSubgraph {
  readonly subgraph: string;
  readonly settings: SubgraphSettings;
  readonly counts: TrafficCounts;
  readonly open: OpenReplicas;
}

/** The calls to one subgraph: its connections, what became of its calls of late, and the rules. */
export class SubgraphCalls {
  readonly #subgraph: string;
  readonly #settings: SubgraphSettings;
  readonly #counts: TrafficCounts;
  readonly #recent: RecentCounts;
  readonly #breaker: SubgraphBreaker;
  readonly #replicas: Replicas;
  readonly #durations: RecentDurations | undefined;
  readonly #open: OpenReplicas;
  #underWay = 0;

  constructor({ subgraph, settings, counts, open }: CalledSubgraph) {
    this.#subgraph = subgraph;
    this.#settings = settings;
    this.#counts = counts;
    this.#open = open;
    this.#replicas = open.replicas;
    this.#recent = new RecentCounts(settings.countingWindowMs);
    this.#breaker = new SubgraphBreaker(settings.circuitBreaker, this.#recent, () => {
      counts.breakerOpenings += 1;
    });
    this.#durations = settings.hedging.enabled ? new RecentDurations() : undefined;
    counts.breakerState = () => this.#breaker.state;
  }

  /** For what is no single call: subscriptions. */
  get replicas(): Replicas {
    return this.#replicas;
  }

  /**
   * Sends one operation, again where that may help. Rejects as `callOverHttp` does, and with AppError
   * SUBGRAPH_UNAVAILABLE at once while the circuit breaker is open or too many calls wait.
   */
  async call(call: OutgoingCall): Promise<HttpAnswer> {
    const state = this.#begin();
    this.#underWay += 1;
    try {
      for (;;) {
        try {
          const answer =
            this.#durations !== undefined && call.isQuery && this.#replicas.count > 1
              ? await this.#hedge(call, state, this.#durations)
              : await this.#send(call, state, call.signal);
          const fault = answer.status === 200 ? undefined : this.#faultOf(answer);
          if (state.replica !== undefined) this.#note(state.replica, fault);
          if (fault === undefined || !(await this.#mayTryAgain(fault, call, state))) {
            this.#end(fault, state);
            return answer;
          }
        } catch (error) {
          const fault = error instanceof CallError ? error.fault : undefined;
          if (fault !== undefined && state.replica !== undefined) this.#note(state.replica, fault);
          if (fault !== undefined && (await this.#mayTryAgain(fault, call, state))) continue;
          if (fault === undefined) this.#giveUp(state);
          else this.#end(fault, state);
          throw error;
        }
      }
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends the connections when the calls under way have ended. */
  drain(): void {
    this.#open[Symbol.dispose]();
    this.#replicas.drain();
  }

  async destroy(): Promise<void> {
    this.#open[Symbol.dispose]();
    await this.#replicas.destroy();
  }

  #begin(): CallState {
    const { connectionsMax, waitingCallsMax } = this.#settings;
    if (this.#underWay >= connectionsMax * this.#replicas.count + waitingCallsMax) {
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
    return { admission, startedMs, attempt: 0, replica: undefined };
  }

  #send(
    { headers, sign, body, rules }: OutgoingCall,
    state: CallState,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { timeoutMs, responseBytesMax } = this.#settings;
    const { startedMs, attempt } = state;
    const isFirst = attempt === 0 && state.replica === undefined;
    state.replica = this.#replicas.choose('pending', state.replica);
    return callOverHttp(state.replica, {
      subgraph: this.#subgraph,
      headers,
      sign,
      body,
      rules,
      signal,
      timeoutMs: isFirst ? timeoutMs : startedMs + timeoutMs - performance.now(),
      deadlineMs: timeoutMs,
      responseBytesMax,
    });
  }

  async #hedge(
    call: OutgoingCall,
    state: CallState,
    durations: RecentDurations,
  ): Promise<HttpAnswer> {
    const delayMs = this.#settings.hedging.delayMs ?? durations.slowMs;
    if (delayMs === undefined) return this.#timed(this.#send(call, state, call.signal), durations);
    const send = async (signal: AbortSignal): Promise<HttpAnswer> => {
      const sent = this.#send(call, state, signal);
      const { replica } = state;
      try {
        const answer = await sent;
        if (replica !== undefined) this.#note(replica, this.#faultOf(answer));
        return answer;
      } catch (error) {
        if (error instanceof CallError && replica !== undefined) this.#note(replica, error.fault);
        throw error;
      }
    };
    const hedged = hedgeCall({
      signal: call.signal,
      delayMs,
      send,
      mayHedge: () => this.#mayHedge(),
      onWon: () => {
        this.#counts.hedgesWon += 1;
      },
    });
    try {
      return await this.#timed(hedged, durations);
    } finally {
      // Each of the two was judged by itself.
      state.replica = undefined;
    }
  }

  #mayHedge(): boolean {
    const nowMs = performance.now();
    if (this.#breaker.state !== 'closed') return false;
    if (!isWithinBudget(this.#recent, this.#settings, nowMs)) return false;
    this.#recent.count('retries', nowMs);
    this.#counts.hedges += 1;
    return true;
  }

  async #timed(answer: Promise<HttpAnswer>, durations: RecentDurations): Promise<HttpAnswer> {
    const startedMs = performance.now();
    const answered = await answer;
    durations.add(performance.now() - startedMs);
    return answered;
  }

  #note(replica: Replica, fault: CallFault | undefined): void {
    if (fault !== undefined && isFailure(fault)) this.#replicas.failed(replica);
    else this.#replicas.succeeded(replica);
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

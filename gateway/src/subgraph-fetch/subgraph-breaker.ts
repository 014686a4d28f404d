import type { RecentCounts } from './recent-counts.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** `probe`: the call decides whether the breaker closes. */
export type Admission = 'call' | 'probe';

/**
 * Keeps calls from a subgraph of which most have failed of late. After a time it lets a few through:
 * when all of them succeed it closes, when one fails it is open for as long again.
 */
export class SubgraphBreaker {
  readonly #settings: SubgraphSettings['circuitBreaker'];
  readonly #recent: RecentCounts;
  readonly #onOpen: () => void;
  #state: BreakerState = 'closed';
  #openUntilMs = 0;
  #probesLeft = 0;
  #probesUnderWay = 0;

  constructor(
    settings: SubgraphSettings['circuitBreaker'],
    recent: RecentCounts,
    onOpen: () => void,
  ) {
    this.#settings = settings;
    this.#recent = recent;
    this.#onOpen = onOpen;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call may be made now; undefined: it may not. Its end must be told. */
  admit(nowMs: number): Admission | undefined {
    if (this.#state === 'closed') return 'call';
    if (this.#state === 'open') {
      if (nowMs < this.#openUntilMs) return undefined;
      this.#state = 'half-open';
      this.#probesLeft = this.#settings.probesMax;
      this.#probesUnderWay = 0;
    }
    if (this.#probesUnderWay >= this.#probesLeft) return undefined;
    this.#probesUnderWay += 1;
    return 'probe';
  }

  /** The subgraph has answered. */
  succeeded(admission: Admission): void {
    if (admission === 'call' || this.#state !== 'half-open') return;
    this.#probesUnderWay -= 1;
    this.#probesLeft -= 1;
    if (this.#probesLeft > 0) return;
    this.#state = 'closed';
    // Else what failed before it opened would open it again.
    this.#recent.forget();
  }

  /** The call, already counted as a failure, has found the subgraph unwell. */
  failed(admission: Admission, nowMs: number): void {
    if (admission === 'probe') {
      if (this.#state === 'half-open') this.#open(nowMs);
      return;
    }
    const { enabled, callsMin, failurePercent } = this.#settings;
    if (!enabled || this.#state !== 'closed') return;
    const { calls, failures } = this.#recent.totals(nowMs);
    if (calls >= callsMin && failures * 100 >= calls * failurePercent) this.#open(nowMs);
  }

  /** The call has ended without telling anything: its client left, or it was over its limits. */
  toldNothing(admission: Admission): void {
    if (admission === 'probe' && this.#state === 'half-open') this.#probesUnderWay -= 1;
  }

  #open(nowMs: number): void {
    this.#state = 'open';
    this.#openUntilMs = nowMs + this.#settings.openMs;
    this.#onOpen();
  }
}

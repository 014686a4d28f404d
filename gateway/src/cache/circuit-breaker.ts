export interface CircuitBreakerSettings {
  /** Failures one after the other that open it. */
  readonly failuresMax: number;
  /** Pause before each look whether it may be closed again. */
  readonly probeIntervalMs: number;
  /** Looks; rejects while it is to stay open. */
  readonly probe: () => Promise<unknown>;
}

/** Open means: do not even try. It looks in the background when to close, at nobody's expense. */
export class CircuitBreaker implements Disposable {
  readonly #settings: CircuitBreakerSettings;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = true;
  #isDisposed = false;

  constructor(settings: CircuitBreakerSettings) {
    this.#settings = settings;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  countSuccess(): void {
    this.#failures = 0;
  }

  countFailure(): void {
    this.#failures += 1;
    if (!this.#isClosed || this.#failures < this.#settings.failuresMax) return;
    this.#isClosed = false;
    this.#probeLater();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  #probeLater(): void {
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => void this.#probe(), this.#settings.probeIntervalMs).unref();
  }

  async #probe(): Promise<void> {
    try {
      await this.#settings.probe();
    } catch {
      this.#probeLater();
      return;
    }
    this.#failures = 0;
    this.#isClosed = true;
  }
}

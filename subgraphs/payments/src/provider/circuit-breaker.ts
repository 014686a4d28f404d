export interface CircuitSettings {
  /** Failures in a row that open the circuit. */
  readonly circuitFailuresMax: number;
  /** How long it stays open before one call may try, in milliseconds. */
  readonly circuitOpenMs: number;
}

/** Stops asking a provider that fails every time, so that buyers hear so at once. */
export class CircuitBreaker {
  readonly #settings: CircuitSettings;
  #failures = 0;
  #openedAtMs: number | undefined;
  #isProbing = false;

  constructor(settings: CircuitSettings) {
    this.#settings = settings;
  }

  /** True when a call may go out. After each true, report `succeeded`, `failed` or `abandoned`. */
  tryPass(nowMs: number): boolean {
    if (this.#openedAtMs === undefined) return true;
    if (this.#isProbing || nowMs < this.#openedAtMs + this.#settings.circuitOpenMs) return false;
    this.#isProbing = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openedAtMs = undefined;
    this.#isProbing = false;
  }

  /** True when this failure opened the circuit. */
  failed(nowMs: number): boolean {
    this.#failures += 1;
    const hadProbed = this.#isProbing;
    this.#isProbing = false;
    const opens =
      this.#openedAtMs === undefined && this.#failures >= this.#settings.circuitFailuresMax;
    if (opens || hadProbed) this.#openedAtMs = nowMs;
    return opens;
  }

  /** The caller went away before the provider showed how it is. */
  abandoned(): void {
    this.#isProbing = false;
  }
}

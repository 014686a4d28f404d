/** How late a thread was at its last checks. */
export class EventLoopDelay {
  readonly #checks: number;
  readonly #delays: number[] = [];

  /** `checks`: how many of the last ones count. */
  constructor(checks: number) {
    this.#checks = checks;
  }

  add(delayMs: number): void {
    this.#delays.push(Math.max(0, delayMs));
    if (this.#delays.length > this.#checks) this.#delays.shift();
  }

  /** It was never less: one long task is no overload, a thread that is late every time is. */
  get leastMs(): number {
    return this.#delays.length < this.#checks ? 0 : Math.min(...this.#delays);
  }

  get mostMs(): number {
    return Math.max(0, ...this.#delays);
  }
}

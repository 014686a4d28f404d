/** Counts the messages of one client in each second. */
export class MessageRate {
  #second = 0;
  #messages = 0;

  /** False when this message is one too many. */
  take(perSecondMax: number): boolean {
    const second = Math.trunc(performance.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages += 1;
    return this.#messages <= perSecondMax;
  }
}

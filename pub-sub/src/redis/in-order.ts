/** Work that is done at once as long as it succeeds, and again in its order once some of it has failed. */
export class InOrder {
  /** By name, the last of what is tried again. */
  readonly #stalled = new Map<string, Promise<unknown>>();

  /**
   * Settles as `attempt` does if that succeeds; else as `again`, which comes after all of the same name
   * that failed before.
   */
  async run<Result>(
    name: string,
    attempt: () => Promise<Result>,
    again: () => Promise<Result>,
  ): Promise<Result> {
    if (!this.#stalled.has(name)) {
      try {
        return await attempt();
      } catch {
        // What was under way with it fails, too, and comes here after it.
      }
    }
    const before = this.#stalled.get(name) ?? Promise.resolve();
    const turn = before.then(again, again);
    this.#stalled.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#stalled.get(name) === turn) this.#stalled.delete(name);
    }
  }
}

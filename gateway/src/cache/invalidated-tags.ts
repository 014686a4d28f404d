/**
 * When each tag was invalidated last, for at most `tagsMax` tags. Of what has been forgotten the
 * latest sequence number is the floor: whatever was remembered before that counts as invalidated.
 */
export class InvalidatedTags {
  readonly #tagsMax: number;
  /** The oldest first: tags are added in the order of the log. */
  readonly #sequences = new Map<string, number>();
  #floor = 0;

  constructor(tagsMax: number) {
    this.#tagsMax = tagsMax;
  }

  /** The sequence is higher than that of every tag before. */
  add(tag: string, sequence: number): void {
    this.#sequences.delete(tag);
    this.#sequences.set(tag, sequence);
    if (this.#sequences.size <= this.#tagsMax) return;
    const [oldest] = this.#sequences.values();
    this.raiseFloor(oldest ?? sequence);
  }

  /** Forgets what is not above the floor. */
  raiseFloor(floor: number): void {
    if (floor <= this.#floor) return;
    this.#floor = floor;
    for (const [tag, sequence] of this.#sequences) {
      if (sequence > floor) return;
      this.#sequences.delete(tag);
    }
  }

  clear(): void {
    this.#sequences.clear();
    this.#floor = 0;
  }

  /** True when none of the tags was invalidated after the sequence number. */
  isCurrent(since: number, tags: readonly string[]): boolean {
    if (since < this.#floor) return false;
    return !tags.some((tag) => (this.#sequences.get(tag) ?? 0) > since);
  }
}

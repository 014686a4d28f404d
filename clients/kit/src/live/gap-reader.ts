/** Leaves the subscriptions that are told of gaps; also what names one of them. */
export type Leave = () => void;

export interface GapReaderOptions {
  /** Reads again what pages show. */
  readonly rereadAll: () => void;
  /**
   * After a reconnect subscriptions need a moment to stand; what is read before could be overtaken by an
   * event that nobody hears.
   */
  readonly settleMs: number;
  /** Longest further wait, by chance: all clients of a gateway lose it together. */
  readonly spreadMs: number;
}

/** Knows which subscriptions have missed events, and has what they are about read again, once. */
export class GapReader {
  readonly #options: GapReaderOptions;
  readonly #members = new Map<Leave, (() => void) | undefined>();
  readonly #behind = new Set<Leave>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GapReaderOptions) {
    this.#options = options;
  }

  /** `onGap` reads again for this subscription; without it everything that is shown is. */
  join(onGap: (() => void) | undefined): Leave {
    const leave = (): void => {
      this.#members.delete(leave);
      this.#behind.delete(leave);
    };
    this.#members.set(leave, onGap);
    return leave;
  }

  /** One subscription may have missed events. */
  found(member: Leave): void {
    this.#behind.add(member);
    const { settleMs, spreadMs } = this.#options;
    this.#timer ??= setTimeout(() => this.#reread(), settleMs + Math.random() * spreadMs);
  }

  /** All may have. */
  foundForAll(): void {
    for (const member of this.#members.keys()) this.found(member);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #reread(): void {
    this.#timer = undefined;
    const readers = [...this.#behind].map((member) => this.#members.get(member));
    this.#behind.clear();
    for (const reader of readers) reader?.();
    if (readers.includes(undefined)) this.#options.rereadAll();
  }
}

import { randomUUID } from 'node:crypto';
import { InvalidatedTags } from './invalidated-tags.ts';
import type { InvalidationLog, LogPosition } from './invalidation-log.ts';

/** The log of a gateway that shares nothing with others. It knows at most `tagsMax` tags. */
export class MemoryInvalidationLog implements InvalidationLog {
  readonly #tags: InvalidatedTags;
  readonly #epoch = randomUUID();
  #position: LogPosition = { epoch: this.#epoch, sequence: 0 };

  constructor({ tagsMax }: { readonly tagsMax: number }) {
    this.#tags = new InvalidatedTags(tagsMax);
  }

  position(): LogPosition {
    return this.#position;
  }

  catchUp(): true {
    return true;
  }

  isCurrent({ epoch, sequence }: LogPosition, tags: readonly string[]): boolean {
    return epoch === this.#epoch && this.#tags.isCurrent(sequence, tags);
  }

  invalidate(tags: readonly string[]): Promise<void> {
    let { sequence } = this.#position;
    for (const tag of tags) {
      sequence += 1;
      this.#tags.add(tag, sequence);
    }
    this.#position = { epoch: this.#epoch, sequence };
    return Promise.resolve();
  }
}

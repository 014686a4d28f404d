import type { Writable } from 'node:stream';
import type { EventFrame } from './event-frame.ts';

/**
 * Joins what is written to one stream in one turn of the event loop: a call of the system costs more
 * than all the rest of a small event. The turn ends before the loop looks for anything else.
 */
export class WriteTurn {
  #held: Writable[] = [];

  /** `id` as for `EventFrame.writeTo`. */
  write(stream: Writable, frame: EventFrame, id: string): void {
    // What waits for the client to read goes with that anyway.
    if (stream.writableLength === 0) this.#hold(stream);
    frame.writeTo(stream, id);
    // What is held back must not pass for what a client is too slow to read.
    if (2 * stream.writableLength >= stream.writableHighWaterMark) stream.uncork();
  }

  #hold(stream: Writable): void {
    stream.cork();
    if (this.#held.push(stream) === 1) process.nextTick(() => this.#end());
  }

  #end(): void {
    const held = this.#held;
    this.#held = [];
    for (const stream of held) stream.uncork();
  }
}

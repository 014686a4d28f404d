import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from '@plaza/prisma/startup-error';
import type { LedgerChange } from './ledger.ts';

/** Size below which the file is never rewritten, in bytes. */
const rewriteBytesMin = 16 * 1_048_576;
const chunkBytes = 65_536;

/**
 * The sandbox's memory over a restart: a file with one JSON line for each change, appended before the
 * change is answered. It survives the end of the process at any point; it is not synced to the disk,
 * so the end of the machine may lose the last changes.
 */
export class Journal {
  readonly #file: string;
  #descriptor: number | undefined;
  #bytes = 0;
  #bytesAfterRewrite = 0;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
  }

  /** True when most of the file is likely history. */
  get hasGrown(): boolean {
    return this.#bytes > Math.max(rewriteBytesMin, this.#bytesAfterRewrite * 3);
  }

  /** The changes written so far. A last line that was cut off is what was never answered: left out. */
  read(): LedgerChange[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    lines.pop(); // empty after the last line's end, or the cut-off line
    return lines.map((line, index) => {
      try {
        return JSON.parse(line) as LedgerChange;
      } catch (cause) {
        throw new StartupError(
          `The payment sandbox's journal ${this.#file} is damaged at line ${index + 1}. ` +
            'Move the file away to start with no payments.',
          { cause },
        );
      }
    });
  }

  append(change: LedgerChange): void {
    this.#descriptor ??= openSync(this.#file, 'a', 0o600);
    this.#bytes += writeAll(this.#descriptor, toLine(change));
  }

  /** Replaces the file by these changes in one step. */
  rewrite(changes: Iterable<LedgerChange>): void {
    const fresh = `${this.#file}.new`;
    const descriptor = openSync(fresh, 'w', 0o600);
    let bytes = 0;
    let chunk = '';
    for (const change of changes) {
      chunk += toLine(change);
      if (chunk.length < chunkBytes) continue;
      bytes += writeAll(descriptor, chunk);
      chunk = '';
    }
    bytes += writeAll(descriptor, chunk);
    renameSync(fresh, this.#file);
    this.close();
    this.#descriptor = descriptor;
    this.#bytes = bytes;
    this.#bytesAfterRewrite = bytes;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function toLine(change: LedgerChange): string {
  return `${JSON.stringify(change)}\n`;
}

function writeAll(descriptor: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written);
  }
  return bytes.length;
}

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@plaza/schema/errors';
import type { Logger } from '../telemetry/logger.ts';
import { manifestBytesMax, readManifest } from './read-manifest.ts';

export interface ManifestFilesSettings {
  /** Files, or folders of which all `.json` files count. */
  readonly manifests: readonly string[];
  /** 0: they are read once. */
  readonly pollIntervalMs: number;
}

/** The operations of manifest files; files that change are read again, the last good ones stay. */
export class ManifestFiles implements Disposable {
  readonly #settings: ManifestFilesSettings;
  readonly #logger: Logger;
  #operations: ReadonlyMap<string, string> = new Map();
  #texts: ReadonlySet<string> = new Set();
  #version = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: ManifestFilesSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  /** Reads them. Rejects with AppError BAD_USER_INPUT for one that cannot be read. */
  async start(): Promise<void> {
    const { manifests, pollIntervalMs } = this.#settings;
    if (manifests.length === 0) return;
    await this.#read();
    if (pollIntervalMs > 0) this.#schedule();
  }

  get(id: string): string | undefined {
    return this.#operations.get(id);
  }

  /** True when the text is one of the operations. */
  has(text: string): boolean {
    return this.#texts.has(text);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#readAgain(), this.#settings.pollIntervalMs);
    this.#timer.unref();
  }

  async #readAgain(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.#logger.warn({ error }, 'manifest cannot be read, the last good operations stay');
    }
    this.#schedule();
  }

  async #read(): Promise<void> {
    const files = (await Promise.all(this.#settings.manifests.map(filesOf))).flat();
    const version = JSON.stringify(files);
    if (version === this.#version) return;
    const operations = new Map<string, string>();
    for (const { name } of files) {
      for (const [id, text] of readManifest(name, await readFile(name, 'utf8'))) {
        operations.set(id, text);
      }
    }
    this.#operations = operations;
    this.#texts = new Set(operations.values());
    this.#version = version;
    this.#logger.info({ operations: operations.size }, 'persisted operations read');
  }
}

interface FoundFile {
  readonly name: string;
  readonly size: number;
  readonly changedMs: number;
}

async function filesOf(name: string): Promise<readonly FoundFile[]> {
  try {
    const found = await stat(name);
    if (found.isDirectory()) {
      const names = (await readdir(name)).filter((one) => one.endsWith('.json')).sort();
      return (await Promise.all(names.map((one) => filesOf(path.join(name, one))))).flat();
    }
    if (found.size > manifestBytesMax) {
      throw new AppError(
        'BAD_USER_INPUT',
        `Manifest ${name} is longer than ${manifestBytesMax} bytes`,
      );
    }
    return [{ name, size: found.size, changedMs: found.mtimeMs }];
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('BAD_USER_INPUT', `Manifest ${name} cannot be read`, { cause });
  }
}

import { hash } from 'node:crypto';
import type { Cache } from '../cache/cache.ts';
import type { Config } from '../config.ts';
import type { ManifestFiles } from './manifest-files.ts';
import type { RedisManifest } from './redis-manifest.ts';

export interface PersistedOperationsParts {
  readonly config: Config['persistedOperations'];
  readonly manifests: ManifestFiles;
  /** Undefined where none are published in Redis. */
  readonly redisManifest: RedisManifest | undefined;
  /** Where clients' own texts are kept; several gateways may share it. */
  readonly cache: Cache;
  /** Whose clients' texts they are; undefined: those of the whole graph. */
  readonly contract: string | undefined;
}

/** Operations that clients name by an id instead of sending their text. */
export class PersistedOperations {
  readonly #parts: PersistedOperationsParts;

  constructor(parts: PersistedOperationsParts) {
    this.#parts = parts;
  }

  /** Whether clients may have texts remembered that no manifest has. */
  get areAutomatic(): boolean {
    return this.#parts.config.mode === 'automatic';
  }

  /** Whether nothing but operations of the manifests is served. */
  get areTrusted(): boolean {
    return this.#parts.config.mode === 'trusted';
  }

  /**
   * The text with this id, from the manifests or as a client gave it. Rejects as `RedisManifest.get`
   * does.
   */
  async find(id: string): Promise<string | undefined> {
    const { manifests, redisManifest } = this.#parts;
    const known = manifests.get(id) ?? (await redisManifest?.get(id));
    if (known !== undefined || !this.areAutomatic) return known;
    const text = await this.#parts.cache.get(this.#keyOf(id));
    // Whoever can write to the cache must not choose what an id means.
    return text !== undefined && sha256Of(text) === id ? text : undefined;
  }

  /**
   * True when a manifest has the text; the one in Redis, under its SHA-256. Rejects as
   * `RedisManifest.get` does.
   */
  async isListed(text: string): Promise<boolean> {
    const { manifests, redisManifest } = this.#parts;
    if (manifests.has(text)) return true;
    return redisManifest !== undefined && (await redisManifest.get(sha256Of(text))) === text;
  }

  /** Keeps a text under its SHA-256 for later requests; nobody waits for it. */
  remember(text: string): void {
    const id = sha256Of(text);
    if (this.#parts.manifests.get(id) !== undefined) return;
    void this.#parts.cache.set(this.#keyOf(id), text, { ttlMs: this.#parts.config.ttlMs });
  }

  #keyOf(id: string): string {
    const { contract } = this.#parts;
    return contract === undefined ? `operation:${id}` : `operation:${contract}:${id}`;
  }
}

/** SHA-256 of a document, hex, as automatic persisted queries name it. */
export function sha256Of(text: string): string {
  return hash('sha256', text, 'hex');
}

import { AppError } from '@plaza/schema/errors';
import { LRUCache } from 'lru-cache';

/** Reads one field of a hash in Redis. Rejects when Redis is away or does not answer in time. */
export type ReadField = (key: string, field: string) => Promise<string | undefined>;

export interface RedisManifestSettings {
  /** Key of the hash: texts of operations by id. */
  readonly key: string;
  /** Bound of the sum of the lengths of the texts that are kept here. */
  readonly charactersMax: number;
  /** How long a text is used before Redis is asked for it again. */
  readonly ttlMs: number;
}

/** Operations that were published in Redis, looked up when clients name them. */
export class RedisManifest {
  readonly #key: string;
  readonly #readField: ReadField;
  readonly #known: LRUCache<string, string>;

  constructor({ key, charactersMax, ttlMs }: RedisManifestSettings, readField: ReadField) {
    this.#key = key;
    this.#readField = readField;
    this.#known = new LRUCache({
      maxSize: charactersMax,
      sizeCalculation: (text, id) => text.length + id.length,
      ttl: ttlMs,
    });
  }

  /**
   * The text with this id. Rejects with AppError SUPERGRAPH_UNAVAILABLE while Redis is away and the text is
   * not known: nobody can say then that there is none.
   */
  async get(id: string): Promise<string | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    let text: string | undefined;
    try {
      text = await this.#readField(this.#key, id);
    } catch (cause) {
      const message = 'Published operations cannot be looked up: Redis is away';
      throw new AppError('SUPERGRAPH_UNAVAILABLE', message, { cause });
    }
    if (text !== undefined) this.#known.set(id, text);
    return text;
  }
}

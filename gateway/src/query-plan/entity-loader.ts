import type { SubgraphResponse } from '../subgraph-fetch/subgraph-request.ts';

/** What came of one call: an answer, or why there is none. */
export type BatchOutcome =
  | { readonly response: SubgraphResponse }
  | { readonly response?: undefined; readonly cause: unknown };

/** Entities that one call asks for. */
export interface EntityBatch {
  /** JSON texts, in the order of the call. */
  readonly representations: readonly string[];
  /** Never rejects. */
  readonly outcome: Promise<BatchOutcome>;
}

/** Where the answer for one representation will be. */
export interface LoadedEntity {
  readonly batch: EntityBatch;
  readonly index: number;
  /** True once its answer is part of the data. */
  isMerged: boolean;
}

/** Makes one call for the representations, a JSON list. */
export type SendBatch = (representations: string) => Promise<SubgraphResponse>;

interface OpenBatch extends EntityBatch {
  readonly representations: string[];
  send(): void;
}

/**
 * The entities of one request. No entity is asked for twice with the same selection: what fetches of
 * one turn of the event loop want from one subgraph goes in one call, and what was asked for before
 * is not asked for again.
 */
export class EntityLoaders {
  #entities = new Map<string, Map<string, LoadedEntity>>();
  readonly #open = new Map<string, OpenBatch>();
  #isScheduled = false;

  /** The entity of a representation; `send` makes the call if it is the first that its batch has. */
  load(loaderKey: string, representation: string, send: SendBatch): LoadedEntity {
    let entities = this.#entities.get(loaderKey);
    if (entities === undefined) {
      entities = new Map();
      this.#entities.set(loaderKey, entities);
    }
    let entity = entities.get(representation);
    if (entity === undefined) {
      const batch = this.#open.get(loaderKey) ?? this.#openBatch(loaderKey, send);
      entity = { batch, index: batch.representations.length, isMerged: false };
      batch.representations.push(representation);
      entities.set(representation, entity);
    }
    return entity;
  }

  /** Forgets all entities: what they are may have changed. */
  forget(): void {
    this.#entities = new Map();
  }

  #openBatch(loaderKey: string, send: SendBatch): OpenBatch {
    const { promise, resolve } = Promise.withResolvers<BatchOutcome>();
    const representations: string[] = [];
    const batch: OpenBatch = {
      representations,
      outcome: promise,
      send: () => {
        send(`[${representations.join(',')}]`).then(
          (response) => resolve({ response }),
          (cause: unknown) => resolve({ cause }),
        );
      },
    };
    this.#open.set(loaderKey, batch);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      // After all answers that have arrived by now, so that what they lead to goes in one call.
      setImmediate(() => this.#sendAll());
    }
    return batch;
  }

  #sendAll(): void {
    this.#isScheduled = false;
    const batches = [...this.#open.values()];
    this.#open.clear();
    for (const batch of batches) batch.send();
  }
}

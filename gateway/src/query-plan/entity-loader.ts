import type { EntityAnswers } from './entity-answers.ts';
import type { DataObject } from './merge-data.ts';
import type { EntityStandIn } from './unify-entities.ts';

/** Entities that one call asks for. */
export interface EntityBatch {
  /** JSON texts, in the order of the call. */
  readonly representations: readonly string[];
  /** Never rejects. */
  readonly outcome: Promise<EntityAnswers>;
}

/** Where the answer for one representation will be. */
export interface LoadedEntity {
  readonly batch: EntityBatch;
  readonly index: number;
  /** True once its answer is part of the data. */
  isMerged: boolean;
  standIn: EntityStandIn | undefined;
  /** What the fetch that is looking up its entities now makes of this one. */
  wanted: WantedEntity | undefined;
}

/** One entity that a fetch wants, and the objects of the data that stand for it. */
export interface WantedEntity {
  readonly loaded: LoadedEntity;
  readonly objects: DataObject[];
  /** The look-up that it belongs to. */
  readonly lookUp: object;
}

/** The entities of one call shape, by what all their representations begin with, then by the rest. */
export type KnownEntities = Map<string, Map<string, LoadedEntity>>;

/** Finds out about representations in one call. Never rejects. */
export type SendBatch = (representations: readonly string[]) => Promise<EntityAnswers>;

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
  #entities = new Map<string, KnownEntities>();
  readonly #open = new Map<string, OpenBatch>();
  #isScheduled = false;

  /** The entities that were asked for by one kind of call so far. */
  known(loaderKey: string): KnownEntities {
    let entities = this.#entities.get(loaderKey);
    if (entities === undefined) {
      entities = new Map();
      this.#entities.set(loaderKey, entities);
    }
    return entities;
  }

  /** Asks for an entity that is not known yet; `send` makes the call if it is its batch's first. */
  load(loaderKey: string, representation: string, send: SendBatch): LoadedEntity {
    const batch = this.#open.get(loaderKey) ?? this.#openBatch(loaderKey, send);
    const index = batch.representations.push(representation) - 1;
    return { batch, index, isMerged: false, standIn: undefined, wanted: undefined };
  }

  /** Forgets all entities: what they are may have changed. */
  forget(): void {
    this.#entities = new Map();
  }

  #openBatch(loaderKey: string, send: SendBatch): OpenBatch {
    const { promise, resolve } = Promise.withResolvers<EntityAnswers>();
    const representations: string[] = [];
    const batch: OpenBatch = {
      representations,
      outcome: promise,
      send: () => resolve(send(representations)),
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

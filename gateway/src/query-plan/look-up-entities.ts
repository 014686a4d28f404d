import { appendVariable, writeVariables } from './call-subgraph.ts';
import type { EntityFetch } from './compile-plan.ts';
import { contextArguments } from './context-arguments.ts';
import type { DataPath } from './data-path.ts';
import type { EntityAnswers } from './entity-answers.ts';
import type { EntityBatch, KnownEntities, LoadedEntity, WantedEntity } from './entity-loader.ts';
import type { PlanRun } from './execute-plan.ts';
import type { HeldObject } from './flatten-path.ts';
import { flattenTargets, objectsAt } from './flatten-path.ts';
import { unifyEntity } from './unify-entities.ts';
import type { Representation } from './write-representation.ts';
import { textOf } from './write-representation.ts';

/** An object that a fetch adds to. */
export interface Target extends HeldObject {
  /** Where it is; undefined where no entity differs by its place. */
  readonly path?: DataPath | undefined;
}

/** What a fetch wants, and of which calls. */
export interface LookedUpEntities {
  readonly wanted: ReadonlyMap<EntityBatch, readonly WantedEntity[]>;
  /** Targets that lack something that the fetch requires. */
  readonly incomplete: readonly Target[];
  /** All targets, each object once: of those that say the same, one stands for the others by now. */
  readonly distinct: readonly Target[];
}

/** Finds out about representations. Never rejects. */
export type SendRepresentations = (
  run: PlanRun,
  fetch: EntityFetch,
  variables: string,
  representations: readonly string[],
) => Promise<EntityAnswers>;

/**
 * The objects that a fetch adds to. A walk costs more than what an earlier walk found, and paths more
 * than the objects alone: only contexts need to know places before the entities are fetched.
 */
export function targetsOf(run: PlanRun, { path, pathKey }: EntityFetch): readonly Target[] {
  const { data, shared, plan, reached } = run;
  if (plan.canShareEntities) return reached.get(pathKey) ?? objectsAt(data, path, shared);
  return flattenTargets(data, path).map((target) => ({ ...target, holder: undefined, key: '' }));
}

/** Finds the entities of targets in the loaders of the request, which ask for those not known yet. */
export function lookUpEntities(
  run: PlanRun,
  fetch: EntityFetch,
  targets: readonly Target[],
  send: SendRepresentations,
): LookedUpEntities {
  const wanted = new Map<EntityBatch, WantedEntity[]>();
  const incomplete: Target[] = [];
  const distinct: Target[] = [];
  const ownVariables = writeVariables(run, fetch.node);
  const hasContext = fetch.node.contextRewrites !== undefined;
  const ownCalls = hasContext ? undefined : new AlikeCalls(run, fetch, ownVariables, send);
  const representation: Representation = { opening: '', identity: '', isIdentityValue: false };
  for (const target of targets) {
    if (!fetch.readRepresentation(target.object, representation)) {
      // It must stay where it is, too: a later fetch finds it among the distinct ones.
      run.targeted.add(target.object);
      incomplete.push(target);
      distinct.push(target);
      continue;
    }
    const calls =
      ownCalls ?? new AlikeCalls(run, fetch, withContext(run, fetch, target, ownVariables), send);
    const loaded = calls.load(representation);
    unifyEntity(loaded, target, run);
    if (addWanted(wanted, loaded, target.object)) distinct.push(target);
  }
  return { wanted, incomplete, distinct };
}

/** Calls that differ in their representations alone, and the entities that they have asked for. */
class AlikeCalls {
  readonly #run: PlanRun;
  readonly #fetch: EntityFetch;
  readonly #variables: string;
  readonly #send: SendRepresentations;
  readonly #key: string;
  readonly #known: KnownEntities;
  /** The last form of representation, nearly always the next one's too, and its entities. */
  #opening: string | undefined;
  #alike = new Map<string, LoadedEntity>();

  constructor(run: PlanRun, fetch: EntityFetch, variables: string, send: SendRepresentations) {
    this.#run = run;
    this.#fetch = fetch;
    this.#variables = variables;
    this.#send = send;
    this.#key = fetch.loaderKey + variables;
    this.#known = run.loaders.known(this.#key);
  }

  load(representation: Representation): LoadedEntity {
    const { opening, identity } = representation;
    if (opening !== this.#opening) this.#turnTo(opening);
    let loaded = this.#alike.get(identity);
    if (loaded === undefined) {
      loaded = this.#run.loaders.load(this.#key, textOf(representation), (list) =>
        this.#send(this.#run, this.#fetch, this.#variables, list),
      );
      this.#alike.set(identity, loaded);
    }
    return loaded;
  }

  #turnTo(opening: string): void {
    this.#alike = this.#known.get(opening) ?? new Map<string, LoadedEntity>();
    this.#known.set(opening, this.#alike);
    this.#opening = opening;
  }
}

/** False when this look-up has the object already: the first of an entity may stand for the others. */
function addWanted(
  wanted: Map<EntityBatch, WantedEntity[]>,
  loaded: LoadedEntity,
  object: WantedEntity['objects'][number],
): boolean {
  if (loaded.wanted?.lookUp === wanted) {
    if (loaded.wanted.objects[0] === object) return false;
    loaded.wanted.objects.push(object);
    return true;
  }
  loaded.wanted = { loaded, objects: [object], lookUp: wanted };
  const entities = wanted.get(loaded.batch);
  if (entities === undefined) wanted.set(loaded.batch, [loaded.wanted]);
  else entities.push(loaded.wanted);
  return true;
}

function withContext(
  run: PlanRun,
  { node }: EntityFetch,
  target: Target,
  variables: string,
): string {
  const { executionSchema } = run.snapshot;
  const place = { object: target.object, path: target.path };
  let text = variables;
  const values = contextArguments(run.data, place, node.contextRewrites ?? [], executionSchema);
  for (const [name, value] of Object.entries(values)) text = appendVariable(text, name, value);
  return text;
}

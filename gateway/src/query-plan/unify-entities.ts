import type { LoadedEntity } from './entity-loader.ts';
import type { HeldObject } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';

/** What a run knows of its objects. */
export interface UnifiedObjects {
  /** Objects and lists that several places of the data hold. */
  readonly shared: Set<object>;
  /** Objects that a fetch under way, or done, adds to. */
  readonly targeted: Set<object>;
}

/** The object that stands for an entity wherever it can. */
export interface EntityStandIn {
  readonly object: DataObject;
  /** Its keys before anything of the entity was fetched. */
  readonly keys: readonly string[];
}

/**
 * Puts the object that stands for an entity in the place of one that says the same of it, so that
 * the entity is merged and written once. Only leaves are compared, and only an object to which no
 * fetch adds is replaced, if something holds it. `held` then has the object to add to.
 */
export function unifyEntity(
  loaded: LoadedEntity,
  held: HeldObject,
  { shared, targeted }: UnifiedObjects,
): void {
  const { object, holder, key } = held;
  if (holder !== undefined) {
    const { standIn } = loaded;
    if (standIn === undefined) {
      loaded.standIn = { object, keys: Object.keys(object) };
    } else if (canStandIn(standIn, object) && !targeted.has(object) && !shared.has(object)) {
      (holder as Record<string | number, unknown>)[key] = standIn.object;
      shared.add(standIn.object);
      held.object = standIn.object;
      return;
    }
  }
  targeted.add(object);
}

function canStandIn(standIn: EntityStandIn, object: DataObject): boolean {
  let count = 0;
  for (const key in object) {
    if (standIn.keys[count] !== key) return false;
    const value = object[key];
    if (typeof value === 'object' && value !== null) return false;
    if (standIn.object[key] !== value) return false;
    count += 1;
  }
  return count === standIn.keys.length;
}

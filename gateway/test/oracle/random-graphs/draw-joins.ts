import type { Draft, DraftType } from './draft.ts';
import { servingHomes, typesOfKind } from './draft.ts';
import { drawFailures } from './draw-failures.ts';
import { drawProvides } from './draw-provides.ts';
import { drawRequires } from './draw-requires.ts';
import { addHome, canInclude, keyFieldNames } from './place-types.ts';

/** Draws what joins subgraphs: `@requires`, `@provides`, `@override`, and what fails of it. */
export function drawJoins(draft: Draft): void {
  for (const type of [...typesOfKind(draft, 'entity'), ...typesOfKind(draft, 'interface')]) {
    for (const subgraph of type.presence.keys()) {
      const isJoinable = type.kind === 'entity' || type.presence.get(subgraph)?.isInterfaceObject;
      if (isJoinable && draft.random.chance(0.35)) drawRequires(draft, type, subgraph);
    }
  }
  for (const type of draft.types.values()) {
    for (const field of type.fields.values()) drawProvides(draft, field);
  }
  for (const type of typesOfKind(draft, 'entity')) {
    if (draft.random.chance(0.12)) drawOverride(draft, type);
  }
  drawFailures(draft);
  for (const type of draft.types.values()) openWayBack(type);
}

/** Moves a field to another subgraph; the first still defines it. */
function drawOverride(draft: Draft, type: DraftType): void {
  const { random } = draft;
  const movable = [...type.fields.values()].filter(
    ({ homes, name }) =>
      /^f\d/.test(name) &&
      homes.size === 1 &&
      [...homes.values()].every(({ directives }) => directives.size === 0),
  );
  if (movable.length === 0) return;
  const field = random.oneOf(movable);
  const [from = ''] = servingHomes(field);
  const targets = draft.subgraphs.filter(
    ({ name, federation }) =>
      federation === 2 &&
      name !== from &&
      type.presence.has(name) &&
      canInclude(draft, name, field.named),
  );
  if (targets.length === 0) return;
  const directives = new Set([`@override(from: "${from}")`]);
  addHome(draft, random.oneOf(targets).name, field, { directives });
}

/** A subgraph that has fields of its own must have a key by which one can come for them. */
function openWayBack({ presence, fields }: DraftType): void {
  for (const [subgraph, { keys }] of presence) {
    const hasOwn = [...fields.values()].some((field) => {
      const isKeyField = keys.some((key) => keyFieldNames(key.fields).includes(field.name));
      return !isKeyField && field.homes.get(subgraph)?.isExternal === false;
    });
    const [key] = keys;
    if (hasOwn && key && keys.every(({ isResolvable }) => !isResolvable)) key.isResolvable = true;
  }
}

import { Kind } from 'graphql';
import type { Draft, DraftField, DraftHome, DraftKey, DraftPresence, DraftType } from './draft.ts';
import { createHome, typeNamed } from './draft.ts';
import { fieldSetOf } from './read-sdl.ts';

/** True when the subgraph knows the type or can come to know it. */
export function canInclude(
  draft: Draft,
  subgraph: string,
  typeName: string,
  visited: ReadonlySet<string> = new Set(),
): boolean {
  const type = draft.types.get(typeName);
  if (type === undefined || type.presence.has(subgraph) || visited.has(typeName)) return true;
  if (type.forbidden.has(subgraph)) return false;
  const isPossible = (name: string) =>
    canInclude(draft, subgraph, name, new Set([...visited, typeName]));
  switch (type.kind) {
    case 'root':
      return true;
    case 'value':
      return [...type.fields.values()].every(({ named }) => isPossible(named));
    case 'entity':
      return type.keys.every((key) =>
        keyFieldNames(key).every((name) => isPossible(type.fields.get(name)?.named ?? '')),
      );
    case 'interface':
    case 'union':
      return type.members.some(isPossible);
  }
}

/** Makes a type known to a subgraph, where `canInclude` says so. */
export function include(draft: Draft, subgraph: string, typeName: string): void {
  const type = draft.types.get(typeName);
  if (type === undefined || type.presence.has(subgraph)) return;
  switch (type.kind) {
    case 'root':
      type.presence.set(subgraph, createPresence());
      return;
    case 'value':
      type.presence.set(subgraph, createPresence());
      for (const field of type.fields.values()) addHome(draft, subgraph, field);
      return;
    case 'entity':
      placeEntity(draft, subgraph, type, [stubKey(draft, subgraph, type)]);
      return;
    case 'interface':
    case 'union':
      placeAbstract(draft, subgraph, type);
  }
}

export function createPresence(parts: Partial<DraftPresence> = {}): DraftPresence {
  return { keys: [], members: new Set(), tags: new Set(), isInterfaceObject: false, ...parts };
}

/** Defines a field in a subgraph, and with it the field's type. */
export function addHome(
  draft: Draft,
  subgraph: string,
  field: DraftField,
  parts: Partial<DraftHome> = {},
): void {
  include(draft, subgraph, field.named);
  field.homes.set(subgraph, createHome(parts));
}

export function placeEntity(
  draft: Draft,
  subgraph: string,
  type: DraftType,
  keys: readonly DraftKey[],
): void {
  type.presence.set(subgraph, createPresence({ keys: [...keys] }));
  for (const { fields } of keys) defineFieldSet(draft, subgraph, type, fields);
}

/** Sees to it that the subgraph has the fields of a field set, nested ones too. */
export function defineFieldSet(
  draft: Draft,
  subgraph: string,
  type: DraftType,
  fieldSet: string,
): void {
  for (const selection of fieldSetOf(fieldSet).selections) {
    if (selection.kind !== Kind.FIELD) continue;
    const field = type.fields.get(selection.name.value);
    if (field === undefined) throw new Error(`${type.name} has no ${selection.name.value}`);
    if (!field.homes.has(subgraph)) addHome(draft, subgraph, field);
    const inner = draft.types.get(field.named);
    for (const nested of selection.selectionSet?.selections ?? []) {
      if (nested.kind !== Kind.FIELD || inner === undefined) continue;
      const nestedField = inner.fields.get(nested.name.value);
      if (nestedField && !nestedField.homes.has(subgraph)) addHome(draft, subgraph, nestedField);
    }
  }
}

/** The names at the top of a key. */
export function keyFieldNames(key: string): readonly string[] {
  return fieldSetOf(key).selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}

function stubKey({ random, subgraphs }: Draft, subgraph: string, type: DraftType): DraftKey {
  const resolvable = [...type.presence.values()].flatMap(({ keys }) =>
    keys.filter(({ isResolvable }) => isResolvable).map(({ fields }) => fields),
  );
  const fields = random.oneOf(resolvable.length > 0 ? resolvable : type.keys);
  const isFederation2 = subgraphs.some(
    ({ name, federation }) => name === subgraph && federation === 2,
  );
  return { fields, isResolvable: !isFederation2 || random.chance(0.6) };
}

function placeAbstract(draft: Draft, subgraph: string, type: DraftType): void {
  const possible = type.members.filter((name) => canInclude(draft, subgraph, name));
  const known = possible.filter((name) => typeNamed(draft, name).presence.has(subgraph));
  const chosen = possible.filter((name) => known.includes(name) || draft.random.chance(0.6));
  const members = chosen.length > 0 ? chosen : [draft.random.oneOf(possible)];
  type.presence.set(subgraph, createPresence({ members: new Set(members) }));
  for (const name of members) {
    include(draft, subgraph, name);
    // Every interface has `id`, so every member must have it where the interface is.
    if (type.kind === 'interface') defineFieldSet(draft, subgraph, typeNamed(draft, name), 'id');
  }
}

/** Lets a subgraph speak of a field that others resolve. */
export function addExternal(draft: Draft, subgraph: string, field: DraftField): void {
  if (field.homes.has(subgraph)) return;
  addHome(draft, subgraph, field, { isExternal: true, directives: new Set(['@external']) });
}

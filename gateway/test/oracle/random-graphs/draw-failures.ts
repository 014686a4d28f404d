import { knowsFewTag } from './derived-values.ts';
import type { Draft, DraftType } from './draft.ts';
import { servingHomes } from './draft.ts';
import { keyFieldNames } from './place-types.ts';

/**
 * Says which fields fail and which subgraphs know few entities. Where the answer would depend on the
 * way that a gateway takes, nothing fails: a required field that may not be null, or one that would
 * take an object with it that others require; an entity that is reached by several keys; a field
 * that several subgraphs have.
 */
export function drawFailures(draft: Draft): void {
  const required = typesInRequirements(draft);
  for (const type of draft.types.values()) {
    drawFailuresOf(draft, type, required.has(type.name));
  }
}

function drawFailuresOf(draft: Draft, type: DraftType, isInRequirements: boolean): void {
  const { random } = draft;
  for (const { traits, wrap } of type.fields.values()) {
    const isFatal = wrap !== 'X' && (traits.isRequired || isInRequirements);
    if (isFatal) traits.isFailing = false;
  }
  const keys = [...type.presence.values()].flatMap((presence) => presence.keys);
  const [key, ...otherKeys] = new Set(keys.map(({ fields }) => fields));
  if (type.kind !== 'entity' || key === undefined || otherKeys.length > 0) return;
  if (isInRequirements || !random.chance(0.25)) return;
  const keyFields = keyFieldNames(key);
  for (const { name, federation } of draft.subgraphs) {
    const tags = type.presence.get(name)?.tags;
    if (tags === undefined || federation === 1) continue;
    const isAlone = [...type.fields.values()].every(
      (field) =>
        keyFields.includes(field.name) ||
        !field.homes.has(name) ||
        (servingHomes(field).length === 1 && !field.traits.isRequired),
    );
    if (isAlone && random.chance(0.5)) tags.add(knowsFewTag);
  }
}

/** Types of required objects, and of those without which these cannot be. */
function typesInRequirements(draft: Draft): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { fields } of draft.types.values()) {
    for (const { traits, named } of fields.values()) if (traits.isRequired) names.add(named);
  }
  // A set that grows is walked to its end.
  for (const name of names) {
    const type = draft.types.get(name);
    for (const member of type?.members ?? []) names.add(member);
    for (const { wrap, named } of type?.fields.values() ?? []) if (wrap !== 'X') names.add(named);
  }
  return names;
}

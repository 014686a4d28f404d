import type { Draft, DraftField, DraftType } from './draft.ts';
import { servingHomes, typeNamed } from './draft.ts';
import { addExternal, canInclude } from './place-types.ts';

/** Lets a field that leads to an entity bring some of its fields along. */
export function drawProvides(draft: Draft, field: DraftField): void {
  const type = draft.types.get(field.named);
  if (type === undefined || type.kind === 'root') return;
  for (const [subgraph, home] of field.homes) {
    if (home.isExternal || !draft.random.chance(0.12)) continue;
    const fields: DraftField[] = [];
    const fieldSet = providedFieldSet(draft, type, subgraph, fields);
    if (fieldSet === undefined) continue;
    home.directives.add(`@provides(fields: ${JSON.stringify(fieldSet)})`);
    for (const provided of fields) {
      provided.traits.isProvided = true;
      addExternal(draft, subgraph, provided);
    }
  }
}

function providedFieldSet(
  draft: Draft,
  type: DraftType,
  subgraph: string,
  fields: DraftField[],
): string | undefined {
  if (type.kind === 'interface' || type.kind === 'union') {
    const members = [...(type.presence.get(subgraph)?.members ?? [])];
    const parts = members.flatMap((name) => {
      const body = providedFieldSet(draft, typeNamed(draft, name), subgraph, fields);
      return body === undefined ? [] : [`... on ${name} { ${body} }`];
    });
    return parts.length === 0 ? undefined : parts.join(' ');
  }
  const candidates = [...type.fields.values()].filter(
    (field) =>
      field.args.length === 0 &&
      servingHomes(field).length > 0 &&
      field.homes.get(subgraph)?.isExternal !== false &&
      canInclude(draft, subgraph, field.named),
  );
  if (type.kind !== 'entity' || candidates.length === 0) return undefined;
  const field = draft.random.oneOf(candidates);
  const inner = draft.types.get(field.named);
  if (inner === undefined) {
    fields.push(field);
    return field.name;
  }
  const leaf = [...inner.fields.values()].find(({ named }) => !draft.types.has(named));
  if (inner.kind !== 'value' || leaf === undefined) return undefined;
  fields.push(field);
  return `${field.name} { ${leaf.name} }`;
}

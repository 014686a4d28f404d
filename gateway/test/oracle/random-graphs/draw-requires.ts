import type { Draft, DraftField, DraftType } from './draft.ts';
import { createField, leafTypes, servingHomes, shuffled, someOf, typeNamed } from './draft.ts';
import { addExternal, addHome, canInclude, include } from './place-types.ts';

/** A new field in the subgraph that requires fields of others. */
export function drawRequires(draft: Draft, type: DraftType, subgraph: string): void {
  const { random } = draft;
  const name = `${type.kind === 'entity' ? 'r' : 'x'}${subgraph}${random.below(3)}`;
  if (type.fields.has(name)) return;
  const selection = new RequiredSelection(draft, subgraph);
  const fields = shuffled(random, [...type.fields.values()]).filter(
    (field) =>
      selection.isOfOthers(field) && (type.kind === 'entity' || !draft.types.has(field.named)),
  );
  const fieldSet = selection.select(fields.slice(0, 1 + random.below(2)), 2);
  if (fieldSet === undefined) return;
  for (const field of selection.fields) {
    field.traits.isRequired = true;
    addExternal(draft, subgraph, field);
  }
  const field = createField(name, random.oneOf(leafTypes), random.oneOf(['X', 'X!', '[X!]']));
  addHome(draft, subgraph, field, {
    directives: new Set([`@requires(fields: ${JSON.stringify(fieldSet)})`]),
  });
  type.fields.set(name, field);
}

/** A field set that a subgraph may require, and the fields in it. */
class RequiredSelection {
  readonly fields: DraftField[] = [];
  readonly #draft: Draft;
  readonly #subgraph: string;

  constructor(draft: Draft, subgraph: string) {
    this.#draft = draft;
    this.#subgraph = subgraph;
  }

  isOfOthers(field: DraftField): boolean {
    const isKnown = field.homes.get(this.#subgraph)?.isExternal === false;
    return (
      !isKnown &&
      servingHomes(field).length > 0 &&
      canInclude(this.#draft, this.#subgraph, field.named)
    );
  }

  /** The selections of all these fields; undefined where there is nothing below one of them. */
  select(fields: readonly DraftField[], depth: number): string | undefined {
    const selections = fields.map((field) => this.#selectField(field, depth));
    return selections.length === 0 || selections.includes(undefined)
      ? undefined
      : selections.join(' ');
  }

  #selectField(field: DraftField, depth: number): string | undefined {
    const { random, types } = this.#draft;
    this.fields.push(field);
    const given = field.args.filter(
      ({ type, byDefault }) =>
        (type.endsWith('!') && byDefault === undefined) || random.chance(0.5),
    );
    const known = given.filter(({ unknownTo }) => unknownTo.size === 0);
    const list = known.map(({ name, example }) => `${name}: ${example}`).join(', ');
    const head = `${field.name}${list === '' ? '' : `(${list})`}`;
    const type = types.get(field.named);
    if (type === undefined) return head;
    if (depth === 0) return undefined;
    include(this.#draft, this.#subgraph, type.name);
    const body = this.#selectBelow(type, depth - 1);
    return body === undefined ? undefined : `${head} { ${body} }`;
  }

  #selectBelow(type: DraftType, depth: number): string | undefined {
    const { random } = this.#draft;
    if (type.kind === 'root') return undefined;
    if (type.kind === 'interface' || type.kind === 'union') {
      const members = [...(type.presence.get(this.#subgraph)?.members ?? [])];
      const parts = someOf(random, members, 0.7).map((name) => {
        const body = this.#selectBelow(typeNamed(this.#draft, name), depth);
        return body === undefined ? undefined : `... on ${name} { ${body} }`;
      });
      if (parts.length === 0 || parts.includes(undefined)) return undefined;
      return `__typename ${parts.join(' ')}`;
    }
    const fields = shuffled(random, [...type.fields.values()]).filter((field) => {
      const home = field.homes.get(this.#subgraph);
      const isOwn = home !== undefined && !home.isExternal;
      return (
        field.args.length === 0 && (isOwn || (type.kind === 'entity' && this.isOfOthers(field)))
      );
    });
    return this.select(fields.slice(0, 1 + random.below(2)), depth);
  }
}

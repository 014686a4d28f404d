import type { Draft, DraftArgument, DraftField, DraftSubgraph, DraftType } from './draft.ts';
import { createField, leafTypes, shuffled, typeNamed, typesOfKind } from './draft.ts';
import { addHome, canInclude } from './place-types.ts';

const wraps = ['X', 'X', 'X', 'X!', 'X!', '[X!]!', '[X!]', '[X]', '[X]!', '[[X!]!]', '[[X]]!'];

/** Draws the fields of entities, interfaces and roots, each with the subgraphs that resolve it. */
export function drawFields(draft: Draft): void {
  const { random } = draft;
  for (const type of typesOfKind(draft, 'entity')) {
    const homes = subgraphsOf(draft, type);
    const count = 2 + random.below(5);
    for (let index = 0; index < count; index += 1) {
      drawField(draft, type, `f${index}`, shuffled(random, homes));
    }
  }
  for (const type of typesOfKind(draft, 'interface')) {
    drawInterfaceFields(draft, type);
    const [adding] = subgraphsOf(draft, type).filter(
      ({ name }) => type.presence.get(name)?.isInterfaceObject,
    );
    if (adding === undefined) continue;
    for (let index = 0; index < 3; index += 1) drawField(draft, type, `jx${index}`, [adding]);
  }
  for (const root of typesOfKind(draft, 'root')) drawRootFields(draft, root);
}

function drawRootFields(draft: Draft, root: DraftType): void {
  const { random } = draft;
  const isQuery = root.name === 'Query';
  for (const subgraph of draft.subgraphs) {
    const count = isQuery ? 1 + random.below(3) : random.below(3);
    for (let index = 0; index < count; index += 1) {
      const name = `${isQuery ? 'q' : 'm'}${index}${subgraph.name}`;
      const others = shuffled(random, draft.subgraphs).filter((other) => other !== subgraph);
      drawField(draft, root, name, isQuery ? [subgraph, ...others] : [subgraph]);
    }
  }
}

/** The first of the subgraphs has the field, and now and then the second and third too. */
function drawField(
  draft: Draft,
  type: DraftType,
  name: string,
  subgraphs: readonly DraftSubgraph[],
): DraftField | undefined {
  const { random } = draft;
  const [first, ...others] = subgraphs;
  if (first === undefined) return undefined;
  const isObject = random.chance(type.kind === 'root' ? 0.9 : 0.45);
  const named = isObject ? drawComposite(draft, first.name) : drawLeaf(draft, first.name);
  const args = random.chance(0.3) ? drawArguments(draft) : [];
  const field = createField(name, named, random.oneOf(wraps), args);
  type.fields.set(name, field);
  addHome(draft, first.name, field);
  const isLeaf = !draft.types.has(named);
  for (const other of others.slice(0, 2)) {
    if (!random.chance(type.kind === 'root' ? 0.06 : 0.2)) break;
    if (other.federation === 1 || first.federation === 1) break;
    if (!canInclude(draft, other.name, named)) break;
    addHome(draft, other.name, field, { isLoose: isLeaf && random.chance(0.2) });
  }
  const isLoose = [...field.homes.values()].some((home) => home.isLoose);
  // The planner asks interface objects for the fields of all types that meet in a fetch.
  const mayFail = !isLoose && type.kind !== 'interface';
  field.traits.isFailing = mayFail && random.chance(type.kind === 'root' ? 0.03 : 0.1);
  field.traits.isInaccessible =
    type.kind === 'entity' && isLeaf && first.federation === 2 && random.chance(0.05);
  return field;
}

function drawLeaf({ random, enums }: Draft, subgraph: string): string {
  if (!random.chance(0.15)) return random.oneOf(leafTypes);
  const found = enums.filter(({ name, values }) => name !== 'ColorGiven' && values.has(subgraph));
  return random.oneOf(found).name;
}

function drawComposite(draft: Draft, subgraph: string): string {
  const candidates = typesOfKind(draft, 'entity', 'entity', 'value', 'interface', 'union').filter(
    ({ name }) => name !== 'Place' && canInclude(draft, subgraph, name),
  );
  if (draft.random.chance(0.02)) return 'Query';
  if (candidates.length === 0) return 'Place';
  const entities = candidates.filter(({ kind }) => kind === 'entity');
  return draft.random.oneOf(entities.length > 0 && draft.random.chance(0.4) ? entities : candidates)
    .name;
}

function drawArguments(draft: Draft): readonly DraftArgument[] {
  const { random, subgraphs } = draft;
  const kinds: readonly (readonly [type: string, example: string, other: string])[] = [
    ['Int', '1', '7'],
    ['String', '"a"', '"b"'],
    ['ID', '"a"', '"c"'],
    ['Boolean', 'true', 'false'],
    ['Color', 'GREEN', 'RED'],
    ['ColorGiven', 'RED', 'RED'],
    ['[Int!]', '[1, 2]', '[]'],
    ['Filter', '{ text: "t" }', '{ text: "u", range: { from: 2 } }'],
    ['[Range!]', '[{ from: 3 }]', '{ from: 4 }'],
  ];
  return Array.from({ length: 1 + random.below(2) }, (_, index) => {
    const [type, example, other] = random.oneOf(kinds);
    const isRequired = random.chance(0.25);
    const isDropped = !isRequired && random.chance(0.06);
    return {
      name: `a${index}`,
      type: isRequired ? `${type}!` : type,
      example,
      byDefault: random.chance(0.3) ? other : undefined,
      unknownTo: new Set(isDropped ? [random.oneOf(subgraphs).name] : []),
    };
  });
}

/** Fields that the interface and all its members have, wherever those are. */
function drawInterfaceFields(draft: Draft, type: DraftType): void {
  const { random } = draft;
  const count = random.below(3);
  for (let index = 0; index < count; index += 1) {
    const name = `${type.name.toLowerCase()}f${index}`;
    const named = random.chance(0.7) ? random.oneOf(leafTypes) : random.oneOf(['V0', 'T0']);
    const wrap = random.oneOf(wraps);
    const args = random.chance(0.2) ? drawArguments(draft) : [];
    const isNeverLoose = random.chance(0.5);
    for (const member of type.members.map((memberName) => typeNamed(draft, memberName))) {
      const strict = isNeverLoose || wrap.endsWith('!') ? wrap : `${wrap}!`;
      const field = createField(name, named, strict, args);
      const homes = shuffled(random, subgraphsOf(draft, member)).filter(({ name: subgraph }) =>
        canInclude(draft, subgraph, named),
      );
      const chosen = member.kind === 'value' ? homes : homes.slice(0, 1 + random.below(2));
      if (chosen.length === 0) continue;
      member.fields.set(name, field);
      const isMixed = chosen.some(({ federation }) => federation === 1);
      for (const home of isMixed && member.kind !== 'value' ? chosen.slice(0, 1) : chosen) {
        addHome(draft, home.name, field);
      }
    }
    type.fields.set(name, createField(name, named, wrap, args));
  }
}

function subgraphsOf({ subgraphs }: Draft, { presence }: DraftType): readonly DraftSubgraph[] {
  return subgraphs.filter(({ name }) => presence.has(name));
}

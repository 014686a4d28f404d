import type { Random } from '../random.ts';
import type {
  Draft,
  DraftArgument,
  DraftEnum,
  DraftInput,
  DraftSubgraph,
  DraftType,
} from './draft.ts';
import { createField, createType, leafTypes, shuffled, someOf, typesOfKind } from './draft.ts';
import { canInclude, createPresence, defineFieldSet, placeEntity } from './place-types.ts';

/** Draws subgraphs and types: what there is, and which subgraph knows which entity by which keys. */
export function drawTypes(random: Random): Draft {
  const subgraphs: readonly DraftSubgraph[] = Array.from(
    { length: 2 + random.below(5) },
    (_, index) => ({ name: `s${index}`, federation: random.chance(0.12) ? 1 : 2 }),
  );
  const names = subgraphs.map(({ name }) => name);
  const draft: Draft = {
    random,
    subgraphs,
    types: new Map(),
    enums: drawEnums(random, names),
    inputs: drawInputs(random, names),
  };
  addType(draft, createType('Query', 'root'));
  if (random.chance(0.5)) addType(draft, createType('Mutation', 'root'));
  drawKeyHolders(draft);
  drawEntities(draft);
  drawValues(draft);
  drawAbstractTypes(draft);
  if (random.chance(0.4)) drawEntityInterface(draft);
  placeEntities(draft);
  return draft;
}

function addType({ types }: Draft, type: DraftType): void {
  types.set(type.name, type);
}

function drawEnums(random: Random, subgraphs: readonly string[]): readonly DraftEnum[] {
  const values = ['RED', 'GREEN', 'BLUE', 'GREY'];
  const different = () =>
    new Map(subgraphs.map((name) => [name, ['RED', ...someOf(random, values.slice(1), 0.8)]]));
  return [
    { name: 'Color', values: new Map(subgraphs.map((name) => [name, values])) },
    // Composition takes the values that all know of what is given, of what is answered all.
    { name: 'ColorGiven', values: different() },
    { name: 'ColorFound', values: different() },
  ];
}

function drawInputs(random: Random, subgraphs: readonly string[]): readonly DraftInput[] {
  const unknownTo = () =>
    new Set(random.chance(0.15) && subgraphs.length > 1 ? [random.oneOf(subgraphs)] : []);
  const known = new Set<string>();
  const field = (
    name: string,
    type: string,
    example: string,
    byDefault?: string,
    missing: ReadonlySet<string> = known,
  ): DraftArgument => ({ name, type, example, byDefault, unknownTo: missing });
  return [
    {
      name: 'Filter',
      fields: [
        field('text', 'String!', '"x"'),
        field('limit', 'Int', '2', '3', unknownTo()),
        field('colors', '[ColorGiven!]', '[RED]', undefined, unknownTo()),
        field('range', 'Range', '{ from: 1 }'),
      ],
    },
    {
      name: 'Range',
      fields: [
        field('from', 'Int!', '0', '1'),
        field('to', 'Int', '9', undefined, unknownTo()),
        field('inner', '[[Boolean]!]', '[[true, null]]', '[[false]]'),
      ],
    },
  ];
}

/** Small types that some keys look into. */
function drawKeyHolders(draft: Draft): void {
  const holder = createType('Place', 'value');
  holder.fields.set('no', createField('no', 'ID', 'X!'));
  holder.fields.set('area', createField('area', 'Int', 'X!'));
  holder.fields.set('label', createField('label', 'String', 'X'));
  addType(draft, holder);
}

function drawEntities(draft: Draft): void {
  const { random } = draft;
  const count = 2 + random.below(4);
  for (let index = 0; index < count; index += 1) {
    const keys = ['id', ...someOf(random, ['code', 'part serial', 'place { no }'], 0.3)];
    if (random.chance(0.15)) keys.push('id place { area no }');
    if (index > 0 && random.chance(0.2)) keys.push('twin { id }');
    const type = createType(`T${index}`, 'entity', { keys });
    const field = (name: string, named: string) =>
      type.fields.set(name, createField(name, named, 'X!'));
    field('id', 'ID');
    field('code', 'String');
    field('part', 'Int');
    field('serial', 'ID');
    field('place', 'Place');
    if (index > 0) field('twin', `T${random.below(index)}`);
    addType(draft, type);
  }
}

function drawValues(draft: Draft): void {
  const { random } = draft;
  const count = 1 + random.below(3);
  for (let index = 0; index < count; index += 1) {
    const type = createType(`V${index}`, 'value');
    type.fields.set('id', createField('id', 'ID', 'X!'));
    for (let number = 0; number < 1 + random.below(3); number += 1) {
      const inner = index > 0 && random.chance(0.4) ? `V${random.below(index)}` : undefined;
      const entity = random.chance(0.2)
        ? random.oneOf(typesOfKind(draft, 'entity')).name
        : undefined;
      const named = entity ?? inner ?? random.oneOf([...leafTypes, 'Color']);
      const wrap = random.oneOf(['X', 'X', 'X!', '[X!]']);
      type.fields.set(`v${index}${number}`, createField(`v${index}${number}`, named, wrap));
    }
    addType(draft, type);
  }
}

function drawAbstractTypes(draft: Draft): void {
  const { random } = draft;
  for (const [kind, prefix] of [
    ['interface', 'I'],
    ['union', 'U'],
  ] as const) {
    const count = random.below(3);
    for (let index = 0; index < count; index += 1) {
      const entities = typesOfKind(draft, 'entity').map(({ name }) => name);
      const values = typesOfKind(draft, 'value').filter(({ name }) => name !== 'Place');
      const candidates = [...entities, ...someOf(random, values, 0.4).map(({ name }) => name)];
      const members = shuffled(random, candidates).slice(0, 1 + random.below(3));
      const type = createType(`${prefix}${index}`, kind, { members });
      if (kind === 'interface') type.fields.set('id', createField('id', 'ID', 'X!'));
      addType(draft, type);
    }
  }
}

/** An interface with a key in one subgraph, and an interface object in another. */
function drawEntityInterface(draft: Draft): void {
  const { random } = draft;
  const homes = shuffled(
    random,
    draft.subgraphs.filter(({ federation }) => federation === 2),
  );
  const [home, adding] = homes;
  if (home === undefined || adding === undefined) return;
  const entities = shuffled(random, typesOfKind(draft, 'entity'));
  const members = entities.slice(0, 1 + random.below(2));
  const type = createType('J', 'interface', {
    keys: ['id'],
    members: members.map(({ name }) => name),
  });
  type.fields.set('id', createField('id', 'ID', 'X!'));
  addType(draft, type);
  const isStub = random.chance(0.15);
  type.presence.set(
    adding.name,
    createPresence({ isInterfaceObject: true, keys: [{ fields: 'id', isResolvable: !isStub }] }),
  );
  type.presence.set(
    home.name,
    createPresence({
      keys: [{ fields: 'id', isResolvable: true }],
      members: new Set(type.members),
    }),
  );
  for (const name of draft.types.keys()) {
    // What leads to a member by its key must not be where the interface object is either.
    const other = draft.types.get(name);
    if (other && members.includes(other)) other.forbidden.add(adding.name);
  }
  for (const member of members) {
    placeEntity(draft, home.name, member, [{ fields: 'id', isResolvable: true }]);
  }
  defineFieldSet(draft, adding.name, type, 'id');
}

function placeEntities(draft: Draft): void {
  const { random } = draft;
  for (const type of typesOfKind(draft, 'entity')) {
    const free = draft.subgraphs.filter(
      ({ name }) => !type.presence.has(name) && canInclude(draft, name, type.name),
    );
    const chosen = shuffled(random, free).slice(0, 1 + random.below(3));
    for (const { name, federation } of chosen) {
      if (type.presence.has(name)) continue;
      const known = [...type.presence.values()].flatMap(({ keys }) => keys);
      const linking = known.length === 0 ? random.oneOf(type.keys) : random.oneOf(known).fields;
      const all = new Set([linking, ...someOf(random, type.keys, 0.35)]);
      const keys = shuffled(random, [...all]).map((fields) => ({
        fields,
        isResolvable: federation === 1 || fields === linking || random.chance(0.75),
      }));
      placeEntity(draft, name, type, keys);
    }
  }
  for (const { name } of draft.subgraphs) {
    const query = draft.types.get('Query');
    if (query && !query.presence.has(name)) query.presence.set(name, createPresence());
  }
}

import { failingTag } from './derived-values.ts';
import type { Draft, DraftArgument, DraftField, DraftSubgraph, DraftType } from './draft.ts';
import { servingHomes, typeNamed } from './draft.ts';
import { keyFieldNames } from './place-types.ts';

/** The draft's schema for one of its subgraphs. */
export function writeSdl(draft: Draft, subgraph: DraftSubgraph): string {
  const types = [...draft.types.values()].flatMap((type) => {
    const text = writeType(draft, subgraph, type);
    return text === undefined ? [] : [text];
  });
  const text = types.join('\n');
  return `${text}\n${writeInputTypes(draft, subgraph, text)}`;
}

function writeType(draft: Draft, subgraph: DraftSubgraph, type: DraftType): string | undefined {
  const presence = type.presence.get(subgraph.name);
  if (presence === undefined) return undefined;
  if (type.kind === 'union') return `union ${type.name} = ${[...presence.members].join(' | ')}`;
  const fields = fieldsIn(draft, subgraph, type).map((field) => writeField(subgraph, type, field));
  if (fields.length === 0) return undefined;
  const keys = presence.keys.map(
    ({ fields: fieldSet, isResolvable }) =>
      ` @key(fields: "${fieldSet}"${isResolvable ? '' : ', resolvable: false'})`,
  );
  const tags = [...presence.tags].map((tag) => ` @tag(name: "${tag}")`);
  const isInterface = type.kind === 'interface' && !presence.isInterfaceObject;
  const parents = isInterface ? [] : interfacesIn(draft, subgraph, type);
  const head = [
    isExtension(subgraph, type) ? 'extend ' : '',
    isInterface ? 'interface ' : 'type ',
    type.name,
    parents.length === 0 ? '' : ` implements ${parents.join(' & ')}`,
    ...keys,
    presence.isInterfaceObject ? ' @interfaceObject' : '',
    ...tags,
  ];
  return `${head.join('')} {\n${fields.map((field) => `  ${field}\n`).join('')}}`;
}

/** In federation 1 an entity has one owner; the others extend it. */
function isExtension({ name, federation }: DraftSubgraph, type: DraftType): boolean {
  if (federation === 2 || type.kind !== 'entity') return false;
  const [owner] = type.presence.keys();
  return owner !== name;
}

function interfacesIn(draft: Draft, { name }: DraftSubgraph, type: DraftType): readonly string[] {
  return [...draft.types.values()]
    .filter(
      ({ kind, presence }) => kind === 'interface' && presence.get(name)?.members.has(type.name),
    )
    .map((parent) => parent.name);
}

function fieldsIn(draft: Draft, { name }: DraftSubgraph, type: DraftType): readonly DraftField[] {
  const presence = type.presence.get(name);
  const fields = [...type.fields.values()];
  if (type.kind !== 'interface' || presence?.isInterfaceObject === true) {
    return fields.filter(({ homes }) => homes.has(name));
  }
  const members = [...(presence?.members ?? [])].map((member) => typeNamed(draft, member));
  // A field that is external is good enough for an interface.
  const isOfAll = (fieldName: string) =>
    members.every((member) => member.fields.get(fieldName)?.homes.has(name));
  return fields.filter((field) => isOfAll(field.name));
}

function writeField(subgraph: DraftSubgraph, type: DraftType, field: DraftField): string {
  const home = field.homes.get(subgraph.name);
  const presence = type.presence.get(subgraph.name);
  const wrap = home?.isLoose === true ? field.wrap.replace(/!$/, '') : field.wrap;
  const directives = new Set(home?.directives);
  const isFederation2 = subgraph.federation === 2;
  const isKeyField = presence?.keys.some((key) => keyFieldNames(key.fields).includes(field.name));
  if (isFederation2 && home !== undefined && !home.isExternal) {
    if (isShared(field) || field.traits.isProvided) directives.add('@shareable');
    if (field.traits.isFailing) directives.add(`@tag(name: "${failingTag}")`);
    if (field.traits.isInaccessible) directives.add('@inaccessible');
  }
  if (isKeyField === true && isExtension(subgraph, type)) directives.add('@external');
  const args = writeArguments(subgraph, field.args, (list) => `(${list.join(', ')})`);
  const type_ = wrap.replace('X', field.named);
  return [`${field.name}${args}: ${type_}`, ...directives].join(' ');
}

function isShared(field: DraftField): boolean {
  const overrides = [...field.homes.values()].filter(({ directives }) =>
    [...directives].some((directive) => directive.startsWith('@override')),
  );
  return servingHomes(field).length - overrides.length > 1;
}

function writeArguments(
  { name }: DraftSubgraph,
  all: readonly DraftArgument[],
  join: (list: readonly string[]) => string,
): string {
  const known = all.filter(({ unknownTo }) => !unknownTo.has(name));
  if (known.length === 0) return '';
  return join(
    known.map(({ name: argument, type, byDefault }) =>
      byDefault === undefined ? `${argument}: ${type}` : `${argument}: ${type} = ${byDefault}`,
    ),
  );
}

/** The enums, inputs and scalars that the text speaks of. */
function writeInputTypes(draft: Draft, subgraph: DraftSubgraph, text: string): string {
  const inputs = draft.inputs.map(({ name, fields }) => ({
    name,
    text: writeArguments(
      subgraph,
      fields,
      (list) => `input ${name} {\n${list.map((field) => `  ${field}\n`).join('')}}`,
    ),
  }));
  const enums = draft.enums.map(({ name, values }) => ({
    name,
    text: `enum ${name} { ${(values.get(subgraph.name) ?? []).join(' ')} }`,
  }));
  const scalars = ['Day', 'JSON'].map((name) => ({ name, text: `scalar ${name}` }));
  let whole = text;
  const written: string[] = [];
  // In this order, since inputs speak of inputs and of enums.
  for (const definition of [...inputs, ...enums, ...scalars]) {
    if (!new RegExp(`\\b${definition.name}\\b`).test(whole)) continue;
    written.push(definition.text);
    whole += definition.text;
  }
  return written.join('\n');
}

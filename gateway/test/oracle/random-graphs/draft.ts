import type { Random } from '../random.ts';

/** A federated schema in the making. Everything is by subgraph: the same type may differ in each. */
export interface Draft {
  readonly random: Random;
  readonly subgraphs: readonly DraftSubgraph[];
  readonly types: Map<string, DraftType>;
  readonly enums: readonly DraftEnum[];
  readonly inputs: readonly DraftInput[];
}

export interface DraftSubgraph {
  readonly name: string;
  readonly federation: 1 | 2;
}

export interface DraftType {
  readonly name: string;
  readonly kind: 'root' | 'entity' | 'value' | 'interface' | 'union';
  /** By subgraph; the type is nowhere else. */
  readonly presence: Map<string, DraftPresence>;
  readonly fields: Map<string, DraftField>;
  /** Field sets that tell entities apart. */
  readonly keys: readonly string[];
  /** Of interfaces and unions: the object types. */
  readonly members: readonly string[];
  /** Where the type must not be, because an interface object stands for it. */
  readonly forbidden: Set<string>;
}

/** A type in one subgraph. */
export interface DraftPresence {
  readonly keys: DraftKey[];
  /** Of interfaces and unions: the members that this subgraph knows. */
  readonly members: Set<string>;
  readonly tags: Set<string>;
  readonly isInterfaceObject: boolean;
}

export interface DraftKey {
  readonly fields: string;
  isResolvable: boolean;
}

export interface DraftField {
  readonly name: string;
  /** The type's name, which stands for `X` in `wrap`. */
  readonly named: string;
  /** `X`, `[X!]!` and so on. */
  readonly wrap: string;
  readonly args: readonly DraftArgument[];
  /** By subgraph. */
  readonly homes: Map<string, DraftHome>;
  readonly traits: DraftTraits;
}

export interface DraftTraits {
  isInaccessible: boolean;
  isFailing: boolean;
  /** Some `@requires` selects it. */
  isRequired: boolean;
  /** Some `@provides` selects it. */
  isProvided: boolean;
}

/** A field in one subgraph. */
export interface DraftHome {
  readonly isExternal: boolean;
  /** Nullable here, though not elsewhere. */
  readonly isLoose: boolean;
  /** Such as `@requires(fields: "a")`. */
  readonly directives: Set<string>;
}

export interface DraftArgument {
  readonly name: string;
  readonly type: string;
  /** A literal. */
  readonly byDefault: string | undefined;
  /** A literal that may be given. */
  readonly example: string;
  /** Subgraphs that do not know the argument. */
  readonly unknownTo: ReadonlySet<string>;
}

export interface DraftEnum {
  readonly name: string;
  /** By subgraph. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export interface DraftInput {
  readonly name: string;
  readonly fields: readonly DraftArgument[];
}

export const leafTypes = ['ID', 'String', 'Int', 'Float', 'Boolean', 'Day', 'JSON'] as const;

export function createType(
  name: string,
  kind: DraftType['kind'],
  parts: { readonly keys?: readonly string[]; readonly members?: readonly string[] } = {},
): DraftType {
  const { keys = [], members = [] } = parts;
  return {
    name,
    kind,
    presence: new Map(),
    fields: new Map(),
    keys,
    members,
    forbidden: new Set(),
  };
}

export function createField(
  name: string,
  named: string,
  wrap: string,
  args: readonly DraftArgument[] = [],
): DraftField {
  const traits = {
    isInaccessible: false,
    isFailing: false,
    isRequired: false,
    isProvided: false,
  };
  return { name, named, wrap, args, homes: new Map(), traits };
}

export function createHome(parts: Partial<DraftHome> = {}): DraftHome {
  return { isExternal: false, isLoose: false, directives: new Set(), ...parts };
}

export function typeNamed(draft: Draft, name: string): DraftType {
  const type = draft.types.get(name);
  if (type === undefined) throw new Error(`The draft has no type ${name}`);
  return type;
}

export function typesOfKind(draft: Draft, ...kinds: readonly DraftType['kind'][]): DraftType[] {
  return [...draft.types.values()].filter(({ kind }) => kinds.includes(kind));
}

/** Names of the subgraphs that resolve the field. */
export function servingHomes({ homes }: DraftField): readonly string[] {
  return [...homes].filter(([, { isExternal }]) => !isExternal).map(([name]) => name);
}

/** Some of the items in their order, each with the probability. */
export function someOf<Item>(
  random: Random,
  items: readonly Item[],
  probability: number,
): readonly Item[] {
  return items.filter(() => random.chance(probability));
}

/** The items in another order. */
export function shuffled<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  const rest = [...items];
  const result: Item[] = [];
  while (rest.length > 0) result.push(...rest.splice(random.below(rest.length), 1));
  return result;
}

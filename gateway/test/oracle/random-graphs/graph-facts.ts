import type {
  DocumentNode,
  EnumTypeDefinitionNode,
  FieldDefinitionNode,
  InputObjectTypeDefinitionNode,
  InterfaceTypeDefinitionNode,
  ObjectTypeDefinitionNode,
  SelectionSetNode,
  TypeNode,
  UnionTypeDefinitionNode,
} from 'graphql';
import { Kind } from 'graphql';
import { directivesNamed, fieldSetOf, namedTypeOf, typeDefinitionsOf } from './read-sdl.ts';

/** A subgraph's schema as text, parsed. */
export interface SubgraphSource {
  readonly name: string;
  readonly document: DocumentNode;
}

export type TypeDefinition =
  | ObjectTypeDefinitionNode
  | InterfaceTypeDefinitionNode
  | UnionTypeDefinitionNode
  | EnumTypeDefinitionNode
  | InputObjectTypeDefinitionNode;

type FieldsDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A field as one subgraph defines it. */
export interface FieldDefinition {
  readonly subgraph: string;
  /** An interface object when it is not the type that has the field. */
  readonly parent: ObjectTypeDefinitionNode;
  readonly node: FieldDefinitionNode;
}

/** What all subgraphs together say of a field of an object type. */
export interface FieldFacts {
  /** Those that resolve the field: neither external nor overridden. */
  readonly serving: readonly FieldDefinition[];
  /** Those and the external ones, which may be provided. */
  readonly providing: readonly FieldDefinition[];
  readonly type: TypeNode;
  /** From the outermost list inwards, whether null is allowed in every subgraph. */
  readonly nullable: readonly boolean[];
  /** Arguments that every subgraph knows. */
  readonly argumentNames: ReadonlySet<string>;
  readonly requires: SelectionSetNode | undefined;
  readonly isPartOfKey: boolean;
}

/** What the schemas of a graph say, all subgraphs taken together. */
export class GraphFacts {
  readonly sources: readonly SubgraphSource[];
  readonly #types = new Map<string, Map<string, TypeDefinition>>();
  readonly #fields = new Map<string, FieldFacts>();
  readonly #keyFields = new Set<string>();

  constructor(sources: readonly SubgraphSource[]) {
    this.sources = sources;
    for (const { name, document } of sources) {
      const types = new Map(typeDefinitionsOf(document).map((type) => [type.name.value, type]));
      this.#types.set(name, types);
    }
    for (const { name } of sources) this.#readKeyFields(name);
  }

  typeIn(subgraph: string, typeName: string): TypeDefinition | undefined {
    return this.#types.get(subgraph)?.get(typeName);
  }

  /** The definitions of a type, one for each subgraph that has it. */
  definitionsOf(typeName: string): readonly TypeDefinition[] {
    return this.sources.flatMap(({ name }) => this.typeIn(name, typeName) ?? []);
  }

  /** True for types with a key, and for those whose interface has one. */
  isEntity(typeName: string): boolean {
    return [typeName, ...this.interfacesOf(typeName)].some((name) =>
      this.definitionsOf(name).some((type) => directivesNamed(type, 'key').length > 0),
    );
  }

  interfacesOf(typeName: string): ReadonlySet<string> {
    const names = this.definitionsOf(typeName).flatMap((type) =>
      type.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.interfaces ?? []) : [],
    );
    return new Set(names.map((node) => node.name.value));
  }

  /** The object types that a value of the type may have where the subgraph resolves it, sorted. */
  possibleTypes(subgraph: string, typeName: string): readonly string[] {
    const type = this.typeIn(subgraph, typeName);
    switch (type?.kind) {
      case Kind.UNION_TYPE_DEFINITION:
        return (type.types ?? []).map(({ name }) => name.value).toSorted();
      case Kind.INTERFACE_TYPE_DEFINITION:
        return this.#implementersIn([subgraph], typeName);
      case Kind.OBJECT_TYPE_DEFINITION:
        return directivesNamed(type, 'interfaceObject').length === 0
          ? [typeName]
          : this.#implementersIn([...this.#types.keys()], typeName);
      default:
        return [];
    }
  }

  fieldFacts(typeName: string, fieldName: string): FieldFacts {
    const id = `${typeName}.${fieldName}`;
    let facts = this.#fields.get(id);
    if (facts === undefined) {
      facts = this.#readFieldFacts(typeName, fieldName);
      this.#fields.set(id, facts);
    }
    return facts;
  }

  #implementersIn(subgraphs: readonly string[], interfaceName: string): readonly string[] {
    const names = subgraphs.flatMap((subgraph) =>
      [...(this.#types.get(subgraph)?.values() ?? [])].flatMap((type) => {
        if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
        const isOne = type.interfaces?.some(({ name }) => name.value === interfaceName);
        return isOne ? [type.name.value] : [];
      }),
    );
    return [...new Set(names)].toSorted();
  }

  #readFieldFacts(typeName: string, fieldName: string): FieldFacts {
    const definitions = this.#fieldDefinitions(typeName, fieldName);
    const overridden = new Set(
      definitions.flatMap(({ node }) =>
        directivesNamed(node, 'override').map(({ from }) => String(from)),
      ),
    );
    const providing = definitions.filter(({ subgraph }) => !overridden.has(subgraph));
    const resolving = providing.filter(
      ({ node }) => directivesNamed(node, 'external').length === 0,
    );
    // In federation 1 the keys of a type that all extend are external everywhere.
    const serving = resolving.length === 0 ? definitions : resolving;
    const [first] = serving;
    if (first === undefined) throw new Error(`No subgraph has ${typeName}.${fieldName}`);
    const names = serving.map(
      ({ node }) => new Set((node.arguments ?? []).map(({ name }) => name.value)),
    );
    const nullables = serving.map(({ node }) => nullableLevels(node.type));
    const [requires] = serving.flatMap(({ node }) => directivesNamed(node, 'requires'));
    return {
      serving,
      providing,
      type: first.node.type,
      nullable: nullableLevels(first.node.type).map((_, depth) =>
        nullables.every((levels) => levels[depth] === true),
      ),
      argumentNames: names.reduce(
        (common, some) => common.intersection(some),
        names[0] ?? new Set(),
      ),
      requires: requires === undefined ? undefined : fieldSetOf(requires.fields),
      isPartOfKey: this.#keyFields.has(`${typeName}.${fieldName}`),
    };
  }

  #fieldDefinitions(typeName: string, fieldName: string): readonly FieldDefinition[] {
    const parents = new Set([typeName, ...this.interfacesOf(typeName)]);
    return this.sources.flatMap(({ name: subgraph }) =>
      [...parents].flatMap((parentName): FieldDefinition[] => {
        const parent = this.typeIn(subgraph, parentName);
        if (parent?.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
        const node = parent.fields?.find(({ name }) => name.value === fieldName);
        return node === undefined ? [] : [{ subgraph, parent, node }];
      }),
    );
  }

  #readKeyFields(subgraph: string): void {
    for (const type of this.#types.get(subgraph)?.values() ?? []) {
      for (const { fields } of directivesNamed(type, 'key')) {
        this.#addKeyFields(subgraph, type.name.value, fieldSetOf(fields));
      }
    }
  }

  #addKeyFields(subgraph: string, typeName: string, { selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) continue;
      const fieldName = selection.name.value;
      for (const name of [typeName, ...this.possibleTypes(subgraph, typeName)]) {
        this.#keyFields.add(`${name}.${fieldName}`);
      }
      const type = this.typeIn(subgraph, typeName);
      if (selection.selectionSet === undefined || !hasFields(type)) continue;
      const field = type.fields?.find(({ name }) => name.value === fieldName);
      if (field === undefined) continue;
      this.#addKeyFields(subgraph, namedTypeOf(field.type), selection.selectionSet);
    }
  }
}

function hasFields(type: TypeDefinition | undefined): type is FieldsDefinition {
  return (
    type?.kind === Kind.OBJECT_TYPE_DEFINITION || type?.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

function nullableLevels(type: TypeNode): readonly boolean[] {
  const inner = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  const isNullable = type.kind !== Kind.NON_NULL_TYPE;
  return inner.kind === Kind.LIST_TYPE ? [isNullable, ...nullableLevels(inner.type)] : [isNullable];
}

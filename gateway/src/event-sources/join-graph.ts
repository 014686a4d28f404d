import type {
  ConstArgumentNode,
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  EnumTypeDefinitionNode,
  EnumValueDefinitionNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  TypeDefinitionNode,
  TypeNode,
} from 'graphql';
import { isTypeDefinitionNode, Kind } from 'graphql';
import { argumentOf } from '../supergraph/join-directives.ts';

type FieldNode = FieldDefinitionNode | InputValueDefinitionNode;

/** What a graph is to have of one type. */
interface AddedType {
  readonly fields: Set<string>;
  readonly movedFields: Set<string>;
  key: string | undefined;
}

/** Adds one subgraph to a supergraph document (join specification 0.5), and says what it has. */
export class JoinGraph {
  readonly #document: DocumentNode;
  readonly #subgraph: string;
  /** Its value of the enum `join__Graph`. */
  readonly #graph: string;
  readonly #types: ReadonlyMap<string, TypeDefinitionNode>;
  readonly #added = new Map<string, AddedType>();

  constructor(document: DocumentNode, subgraph: string) {
    this.#document = document;
    this.#subgraph = subgraph;
    const types = document.definitions.filter(isTypeDefinitionNode);
    this.#types = new Map(types.map((type) => [type.name.value, type]));
    this.#graph = unusedGraphName(this.#types.get('join__Graph'));
  }

  definitionOf(typeName: string): TypeDefinitionNode | undefined {
    return this.#types.get(typeName);
  }

  fieldOf(typeName: string, fieldName: string): FieldDefinitionNode {
    const type = this.#types.get(typeName);
    const fields = type !== undefined && 'fields' in type ? (type.fields ?? []) : [];
    const field = fields.find(({ name }) => name.value === fieldName);
    if (field?.kind === Kind.FIELD_DEFINITION) return field;
    throw new Error(`${typeName} has no field ${fieldName}`);
  }

  /** The `@join__type` of a type, one for each graph and key. */
  joinsOf(typeName: string): readonly ConstDirectiveNode[] {
    return joinTypes(this.#types.get(typeName));
  }

  /** With a key that others resolve, if it is an entity. Enums come with all their values. */
  addType(typeName: string, key?: string): void {
    const added = this.#added.get(typeName);
    if (added !== undefined) added.key ??= key;
    else this.#added.set(typeName, { fields: new Set(), movedFields: new Set(), key });
  }

  addField(typeName: string, fieldName: string): void {
    this.addType(typeName);
    this.#added.get(typeName)?.fields.add(fieldName);
  }

  /** The graph has the field instead of those that had it. */
  moveField(typeName: string, fieldName: string): void {
    this.addType(typeName);
    this.#added.get(typeName)?.movedFields.add(fieldName);
  }

  /** The type of an argument, with all that it is made of. */
  addInput(type: TypeNode): void {
    if (type.kind !== Kind.NAMED_TYPE) {
      this.addInput(type.type);
      return;
    }
    const definition = this.#types.get(type.name.value);
    if (definition === undefined || this.#added.has(type.name.value)) return;
    this.addType(type.name.value);
    if (definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return;
    for (const field of definition.fields ?? []) {
      this.addField(type.name.value, field.name.value);
      this.addInput(field.type);
    }
  }

  toDocument(): DocumentNode {
    const definitions = this.#document.definitions.map((definition) => this.#extend(definition));
    return { ...this.#document, definitions };
  }

  #extend(definition: DefinitionNode): DefinitionNode {
    if (!isTypeDefinitionNode(definition)) return definition;
    if (definition.name.value === 'join__Graph') return this.#extendGraphs(definition);
    const added = this.#added.get(definition.name.value);
    if (added === undefined) return definition;
    const joined = { ...definition, directives: this.#withJoin(definition, added.key) };
    switch (joined.kind) {
      case Kind.OBJECT_TYPE_DEFINITION: {
        const fields = joined.fields?.map((field) => this.#extendField(definition, field, added));
        return { ...joined, fields: fields ?? [] };
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
        const fields = joined.fields?.map((field) => this.#extendField(definition, field, added));
        return { ...joined, fields: fields ?? [] };
      }
      case Kind.ENUM_TYPE_DEFINITION:
        return {
          ...joined,
          values: (joined.values ?? []).map((value) => this.#extendValue(value)),
        };
      default:
        return joined;
    }
  }

  #extendGraphs(definition: TypeDefinitionNode): TypeDefinitionNode {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) return definition;
    const value: EnumValueDefinitionNode = {
      kind: Kind.ENUM_VALUE_DEFINITION,
      name: { kind: Kind.NAME, value: this.#graph },
      directives: [directive('join__graph', [text('name', this.#subgraph), text('url', '')])],
    };
    return { ...definition, values: [...(definition.values ?? []), value] };
  }

  #withJoin(
    { directives = [] }: TypeDefinitionNode,
    key: string | undefined,
  ): readonly ConstDirectiveNode[] {
    const keyArguments = key === undefined ? [] : [text('key', key), flag('resolvable', false)];
    return [...directives, directive('join__type', [graphIs(this.#graph), ...keyArguments])];
  }

  #extendValue(value: EnumValueDefinitionNode): EnumValueDefinitionNode {
    const join = directive('join__enumValue', [graphIs(this.#graph)]);
    return { ...value, directives: [...(value.directives ?? []), join] };
  }

  /** A field without `@join__field` is in every graph of its type, which are now one more. */
  #extendField<Field extends FieldNode>(
    type: TypeDefinitionNode,
    field: Field,
    { fields, movedFields }: AddedType,
  ): Field {
    const { directives = [] } = field;
    const own = directive('join__field', [graphIs(this.#graph)]);
    if (movedFields.has(field.name.value)) {
      return { ...field, directives: [...directives.filter((one) => !isJoinField(one)), own] };
    }
    const implied = directives.some(isJoinField)
      ? []
      : graphsOf(type).map((graph) => directive('join__field', [graphIs(graph)]));
    const added = fields.has(field.name.value) ? [own] : [];
    return { ...field, directives: [...directives, ...implied, ...added] };
  }
}

function unusedGraphName(graphs: TypeDefinitionNode | undefined): string {
  const values = (graphs as EnumTypeDefinitionNode | undefined)?.values ?? [];
  const used = new Set(values.map(({ name }) => name.value));
  let name = 'EVENT_SOURCES';
  while (used.has(name)) name = `${name}_`;
  return name;
}

function joinTypes(type: TypeDefinitionNode | undefined): readonly ConstDirectiveNode[] {
  return (type?.directives ?? []).filter(({ name }) => name.value === 'join__type');
}

function graphsOf(type: TypeDefinitionNode): readonly string[] {
  const graphs = joinTypes(type).flatMap((join) => {
    const graph = argumentOf(join, 'graph');
    return graph?.kind === Kind.ENUM ? [graph.value] : [];
  });
  return [...new Set(graphs)];
}

function isJoinField({ name }: ConstDirectiveNode): boolean {
  return name.value === 'join__field';
}

function directive(name: string, given: readonly ConstArgumentNode[]): ConstDirectiveNode {
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name }, arguments: given };
}

function graphIs(value: string): ConstArgumentNode {
  return argument('graph', { kind: Kind.ENUM, value });
}

function text(name: string, value: string): ConstArgumentNode {
  return argument(name, { kind: Kind.STRING, value });
}

function flag(name: string, value: boolean): ConstArgumentNode {
  return argument(name, { kind: Kind.BOOLEAN, value });
}

function argument(name: string, value: ConstArgumentNode['value']): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value };
}

import type { DefinitionNode, DocumentNode, SelectionNode } from 'graphql';
import { Kind } from 'graphql';
import type { FieldsType } from './join-directives.ts';
import {
  argumentOf,
  graphOf,
  isFieldsType,
  joinsOf,
  namedTypeOf,
  parseFieldSet,
  textOf,
} from './join-directives.ts';

/** A field for which its subgraph requires other fields. */
export interface RequiringField {
  readonly typeName: string;
  readonly fieldName: string;
  /** Value of `join__Graph`. */
  readonly graph: string;
  readonly fieldSet: string;
}

/** A field in a field set, with the type that has it. */
export interface SelectedField {
  readonly typeName: string;
  readonly fieldName: string;
}

/** Fields that require a field which itself requires others, and those required ones. */
export function findChainedRequirements(types: SupergraphTypes): readonly RequiringField[] {
  const all = requiringFields(types);
  const chained = new Set<RequiringField>();
  for (const field of all) {
    for (const selected of types.selectedBy(field.typeName, field.fieldSet)) {
      for (const link of all.filter((other) => types.canBeOneField(selected, other))) {
        chained.add(field).add(link);
      }
    }
  }
  return [...chained];
}

function requiringFields(types: SupergraphTypes): readonly RequiringField[] {
  return types.withFields().flatMap((type) =>
    (type.fields ?? []).flatMap((field) =>
      joinsOf(field, 'join__field').flatMap((join): readonly RequiringField[] => {
        const graph = graphOf(join);
        const fieldSet = textOf(join, 'requires');
        if (graph === undefined || fieldSet === undefined) return [];
        // A label says request by request which subgraph has the field: it must stay where it is.
        if (argumentOf(join, 'overrideLabel') !== undefined) return [];
        return [{ typeName: type.name.value, fieldName: field.name.value, graph, fieldSet }];
      }),
    ),
  );
}

/** The types of a supergraph by name. */
export class SupergraphTypes {
  readonly #definitions: ReadonlyMap<string, DefinitionNode>;
  readonly #implementing = new Map<string, Set<FieldsType>>();

  constructor({ definitions }: DocumentNode) {
    this.#definitions = new Map(
      definitions.flatMap((definition) =>
        'name' in definition && definition.name !== undefined
          ? [[definition.name.value, definition] as const]
          : [],
      ),
    );
    for (const type of this.withFields()) {
      for (const join of joinsOf(type, 'join__implements')) {
        const name = textOf(join, 'interface') ?? '';
        const implementing = this.#implementing.get(name) ?? new Set();
        this.#implementing.set(name, implementing.add(type));
      }
    }
  }

  named(name: string): DefinitionNode | undefined {
    return this.#definitions.get(name);
  }

  withFields(): readonly FieldsType[] {
    return [...this.#definitions.values()].filter(isFieldsType);
  }

  /** The types that implement the interface in a subgraph, or in any. */
  implementing(interfaceName: string, graph?: string): readonly FieldsType[] {
    const types = [...(this.#implementing.get(interfaceName) ?? [])];
    if (graph === undefined) return types;
    return types.filter((type) =>
      joinsOf(type, 'join__implements', graph).some(
        (join) => textOf(join, 'interface') === interfaceName,
      ),
    );
  }

  /** Every field of a field set, nested ones too. */
  selectedBy(typeName: string, fieldSet: string): readonly SelectedField[] {
    return this.#select(typeName, parseFieldSet(fieldSet));
  }

  canBeOneField(one: SelectedField, other: SelectedField): boolean {
    const isOf = (typeName: string, interfaceName: string) =>
      this.implementing(interfaceName).some(({ name }) => name.value === typeName);
    return (
      one.fieldName === other.fieldName &&
      (one.typeName === other.typeName ||
        isOf(one.typeName, other.typeName) ||
        isOf(other.typeName, one.typeName))
    );
  }

  #select(typeName: string, selections: readonly SelectionNode[]): readonly SelectedField[] {
    return selections.flatMap((selection): readonly SelectedField[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName;
        return this.#select(condition, selection.selectionSet.selections);
      }
      const fieldName = selection.name.value;
      const type = this.named(typeName);
      const fields = type !== undefined && isFieldsType(type) ? (type.fields ?? []) : [];
      const field = fields.find(({ name }) => name.value === fieldName);
      const below = selection.selectionSet?.selections ?? [];
      const inner = field === undefined ? [] : this.#select(namedTypeOf(field.type), below);
      return [{ typeName, fieldName }, ...inner];
    });
  }
}

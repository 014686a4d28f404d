import type { FieldDefinitionNode, InputValueDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { RequiringField, SelectedField, SupergraphTypes } from './chained-requirements.ts';
import type { FieldsType } from './join-directives.ts';
import {
  argumentOf,
  graphOf,
  isFieldsType,
  joinsOf,
  namedTypeOf,
  textOf,
} from './join-directives.ts';

const rootTypeNames = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * The part of a subgraph that resolves one field: the field with what it requires and what it leads
 * to. Of entities it has the keys and what is required, since the subgraph itself has the rest.
 */
export class SubgraphPart {
  readonly #types: SupergraphTypes;
  readonly #field: RequiringField;
  readonly #needed = new Set<string>();
  readonly typeNames: ReadonlySet<string>;

  constructor(types: SupergraphTypes, field: RequiringField) {
    this.#types = types;
    this.#field = field;
    this.#need(types.selectedBy(field.typeName, field.fieldSet));
    for (const type of types.withFields()) {
      for (const join of joinsOf(type, 'join__type', field.graph)) {
        this.#need(types.selectedBy(type.name.value, textOf(join, 'key') ?? '__typename'));
      }
    }
    this.typeNames = this.#reachedTypes();
  }

  /** False where a type would be left without fields, or an interface without the field. */
  isPossible(): boolean {
    const { typeName, fieldName, graph } = this.#field;
    const hasFields = ![...this.typeNames].some((name) => this.#isEmpty(name));
    const parents = this.#types
      .withFields()
      .filter(({ name }) =>
        this.#types.implementing(name.value, graph).some((type) => type.name.value === typeName),
      );
    return (
      hasFields &&
      parents.every(({ fields = [] }) =>
        fields.every((field) => field.name.value !== fieldName || !isFieldIn(field, graph)),
      )
    );
  }

  /** True when the part has the field of the type. */
  has(type: FieldsType, field: FieldDefinitionNode): boolean {
    const { typeName, fieldName, graph } = this.#field;
    const name = type.name.value;
    if (name === typeName && field.name.value === fieldName) return true;
    if (!isFieldIn(field, graph) || rootTypeNames.has(name)) return false;
    const joins = joinsOf(type, 'join__type', graph);
    const isInterface =
      type.kind === Kind.INTERFACE_TYPE_DEFINITION &&
      !joins.some((join) => argumentOf(join, 'isInterfaceObject') !== undefined);
    if (isInterface) {
      return this.#types
        .implementing(name, graph)
        .every((implementing) =>
          implementing.fields?.some(
            (own) => own.name.value === field.name.value && this.has(implementing, own),
          ),
        );
    }
    const isEntity = joins.some((join) => textOf(join, 'key') !== undefined);
    return !isEntity || this.#needed.has(`${name}.${field.name.value}`);
  }

  #need(selected: readonly SelectedField[]): void {
    for (const { typeName, fieldName } of selected) {
      this.#needed.add(`${typeName}.${fieldName}`);
      for (const { name } of this.#types.implementing(typeName)) {
        this.#needed.add(`${name.value}.${fieldName}`);
      }
    }
  }

  #reachedTypes(): ReadonlySet<string> {
    const reached = new Set([this.#field.typeName]);
    // A set that grows is walked to its end.
    for (const name of reached) for (const next of this.#typesFrom(name)) reached.add(next);
    const empty = [...reached].find((name) => this.#isEmpty(name));
    if (empty === undefined || !this.#needAnyField(empty)) return reached;
    return this.#reachedTypes();
  }

  /** A type that something leads to must have a field, whatever it is. */
  #needAnyField(typeName: string): boolean {
    const type = this.#types.named(typeName);
    const fields = type !== undefined && isFieldsType(type) ? (type.fields ?? []) : [];
    const field = fields.find(
      (one) =>
        isFieldIn(one, this.#field.graph) && !this.#needed.has(`${typeName}.${one.name.value}`),
    );
    if (field === undefined) return false;
    this.#need([{ typeName, fieldName: field.name.value }]);
    return true;
  }

  #isEmpty(typeName: string): boolean {
    const type = this.#types.named(typeName);
    if (type === undefined || !isFieldsType(type)) return false;
    return type.fields?.some((field) => this.has(type, field)) !== true;
  }

  #typesFrom(name: string): readonly string[] {
    const { graph } = this.#field;
    const type = this.#types.named(name);
    switch (type?.kind) {
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return (type.fields ?? []).map((field) => namedTypeOf(field.type));
      case Kind.UNION_TYPE_DEFINITION:
        return joinsOf(type, 'join__unionMember', graph).flatMap(
          (join) => textOf(join, 'member') ?? [],
        );
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const fields = (type.fields ?? []).filter((field) => this.has(type, field));
        const named = fields.flatMap((field) => [field, ...(field.arguments ?? [])]);
        const parents = joinsOf(type, 'join__implements', graph);
        return [
          ...named.map((value) => namedTypeOf(value.type)),
          ...parents.flatMap((join) => {
            const parent = textOf(join, 'interface') ?? '';
            return this.#isEmpty(parent) ? [] : [parent];
          }),
          ...this.#types.implementing(name, graph).map((implementing) => implementing.name.value),
        ];
      }
      default:
        return [];
    }
  }
}

/** A field without `@join__field` is in all subgraphs that have its type. */
export function isFieldIn(
  field: FieldDefinitionNode | InputValueDefinitionNode,
  graph: string,
): boolean {
  const joins = joinsOf(field, 'join__field');
  return joins.length === 0 || joins.some((join) => graphOf(join) === graph);
}

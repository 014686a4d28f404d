import type {
  ArgumentNode,
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  FieldNode,
} from 'graphql';
import { Kind, print } from 'graphql';
import { syntheticPrefix } from '../query-plan/data-path.ts';
import type { FieldsType } from './join-directives.ts';
import { argumentOf, isFieldsType, namedTypeOf, readSubgraphNames } from './join-directives.ts';
import type { FieldNaming, Requirements } from './required-field-set.ts';
import { rewriteFieldSet } from './required-field-set.ts';

/** The field, with its arguments, that a synthetic field stands for. */
export interface SyntheticField {
  readonly fieldName: string;
  readonly arguments: readonly ArgumentNode[];
}

export interface SyntheticFields {
  readonly byName: ReadonlyMap<string, SyntheticField>;
  /** What each field with `@requires` requires; the key is `requirementsKey`. */
  readonly requirements: ReadonlyMap<string, Requirements>;
}

/** Key of the requirements of a field in one subgraph. */
export function requirementsKey(subgraph: string, typeName: string, fieldName: string): string {
  return `${subgraph} ${typeName}.${fieldName}`;
}

/** The field that the name stands for: itself, or what a synthetic field is made of. */
export function realFieldName(name: string, { byName }: SyntheticFields): string {
  return byName.get(name)?.fieldName ?? name;
}

/**
 * Gives each `field(arguments)` that some `@requires` selects a synthetic field of its own, without
 * arguments, and requires that instead. The planner keeps one field per name, so it would plan
 * `price(currency: "USD")` and `price(currency: "EUR")` as one of them, and a client's
 * `comments(limit: 1)` as the required `comments(limit: 3)`.
 * `resolveSyntheticFields` puts the real fields back into the plan.
 */
export function addSyntheticFields(supergraph: DocumentNode): {
  readonly supergraph: DocumentNode;
  readonly syntheticFields: SyntheticFields;
} {
  const types = supergraph.definitions.filter(isFieldsType);
  const names = new SyntheticNames(types);
  const subgraphs = readSubgraphNames(supergraph);
  const requirements = new Map<string, Requirements>();
  const rewriteRequires = (type: FieldsType, field: FieldDefinitionNode): FieldDefinitionNode =>
    mapJoinFields(field, (directive) => {
      const requires = argumentOf(directive, 'requires');
      const graph = argumentOf(directive, 'graph');
      if (requires?.kind !== Kind.STRING || graph?.kind !== Kind.ENUM) return directive;
      const rewritten = rewriteFieldSet(requires.value, type.name.value, names);
      const subgraph = subgraphs.get(graph.value) ?? graph.value;
      requirements.set(
        requirementsKey(subgraph, type.name.value, field.name.value),
        rewritten.requirements,
      );
      return withRequires(directive, rewritten.fieldSet);
    });
  const rewritten = mapFields(supergraph, (type) =>
    (type.fields ?? []).map((field) => rewriteRequires(type, field)),
  );
  return {
    supergraph: mapFields(rewritten, (type) => [...(type.fields ?? []), ...names.fieldsFor(type)]),
    syntheticFields: { byName: names.byName, requirements },
  };
}

/** Names synthetic fields, and knows which types must have them. */
class SyntheticNames implements FieldNaming {
  readonly byName = new Map<string, SyntheticField>();
  readonly #types: ReadonlyMap<string, FieldsType>;
  readonly #names = new Map<string, string>();
  readonly #namesOfType = new Map<string, Set<string>>();

  constructor(types: readonly FieldsType[]) {
    this.#types = new Map(types.map((type) => [type.name.value, type]));
  }

  typeOf(typeName: string, fieldName: string): string | undefined {
    const field = this.#types.get(typeName)?.fields?.find(({ name }) => name.value === fieldName);
    return field === undefined ? undefined : namedTypeOf(field.type);
  }

  syntheticNameOf(typeName: string, { name: { value: fieldName }, ...field }: FieldNode): string {
    const given = field.arguments ?? [];
    const meaning = `${typeName}.${fieldName}(${given.map((argument) => print(argument)).join()})`;
    const known = this.#names.get(meaning);
    if (known !== undefined) return known;
    const name = `${syntheticPrefix}${this.byName.size}_${fieldName}`;
    this.#names.set(meaning, name);
    this.byName.set(name, { fieldName, arguments: given });
    // A field of an interface is a field of all that implement it.
    for (const type of this.#types.values()) {
      const isImplementer = type.interfaces?.some((parent) => parent.name.value === typeName);
      if (type.name.value !== typeName && !isImplementer) continue;
      const namesOfType = this.#namesOfType.get(type.name.value) ?? new Set();
      this.#namesOfType.set(type.name.value, namesOfType.add(name));
    }
    return name;
  }

  /** The synthetic fields of a type: resolved where and how the fields behind them are. */
  fieldsFor(type: FieldsType): readonly FieldDefinitionNode[] {
    return [...(this.#namesOfType.get(type.name.value) ?? [])].flatMap((name) => {
      const real = type.fields?.find(
        (field) => field.name.value === this.byName.get(name)?.fieldName,
      );
      if (real === undefined) return [];
      const directives = real.directives?.filter(isJoinField) ?? [];
      const synthetic: FieldDefinitionNode = {
        kind: Kind.FIELD_DEFINITION,
        name: { kind: Kind.NAME, value: name },
        type: real.type,
        directives,
      };
      return [synthetic];
    });
  }
}

function mapFields(
  document: DocumentNode,
  fieldsOf: (type: FieldsType) => readonly FieldDefinitionNode[],
): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      isFieldsType(definition) ? { ...definition, fields: fieldsOf(definition) } : definition,
    ),
  };
}

function mapJoinFields(
  field: FieldDefinitionNode,
  rewrite: (directive: ConstDirectiveNode) => ConstDirectiveNode,
): FieldDefinitionNode {
  return {
    ...field,
    directives: (field.directives ?? []).map((directive) =>
      isJoinField(directive) ? rewrite(directive) : directive,
    ),
  };
}

function withRequires(directive: ConstDirectiveNode, fieldSet: string): ConstDirectiveNode {
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((argument) =>
      argument.name.value === 'requires'
        ? { ...argument, value: { kind: Kind.STRING, value: fieldSet } }
        : argument,
    ),
  };
}

function isJoinField(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__field';
}

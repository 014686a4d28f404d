import type { DocumentNode, SelectionNode } from 'graphql';
import { Kind } from 'graphql';
import {
  argumentOf,
  graphOf,
  isFieldsType,
  joinsOf,
  namedTypeOf,
  parseFieldSet,
  readSubgraphNames,
  textOf,
} from './join-directives.ts';

/** What one subgraph says of a field. */
export interface JoinedField {
  /** The subgraph cannot resolve it, unless as a key or where it is provided. */
  readonly isExternal: boolean;
  readonly requires: readonly SelectionNode[] | undefined;
  readonly provides: readonly SelectionNode[] | undefined;
}

/** What each subgraph says of the fields of its types. */
export class JoinedFields {
  readonly #joins = new Map<string, JoinedField>();
  readonly #types = new Map<string, string>();

  constructor(supergraph: DocumentNode) {
    const subgraphs = readSubgraphNames(supergraph);
    for (const type of supergraph.definitions.filter(isFieldsType)) {
      for (const field of type.fields ?? []) {
        const name = `${type.name.value}.${field.name.value}`;
        this.#types.set(name, namedTypeOf(field.type));
        for (const join of joinsOf(field, 'join__field')) {
          const subgraph = subgraphs.get(graphOf(join) ?? '');
          if (subgraph === undefined) continue;
          const external = argumentOf(join, 'external');
          this.#joins.set(`${subgraph} ${name}`, {
            isExternal: external?.kind === Kind.BOOLEAN && external.value,
            requires: fieldSetIn(textOf(join, 'requires')),
            provides: fieldSetIn(textOf(join, 'provides')),
          });
        }
      }
    }
  }

  /** Undefined where the subgraph says nothing special of the field. */
  of(subgraph: string, typeName: string, fieldName: string): JoinedField | undefined {
    return this.#joins.get(`${subgraph} ${typeName}.${fieldName}`);
  }

  /** Name of the type behind a field's lists and non-nulls. */
  typeOf(typeName: string, fieldName: string): string | undefined {
    return this.#types.get(`${typeName}.${fieldName}`);
  }
}

function fieldSetIn(text: string | undefined): readonly SelectionNode[] | undefined {
  return text === undefined ? undefined : parseFieldSet(text);
}

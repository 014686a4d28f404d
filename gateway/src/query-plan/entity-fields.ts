import type { DocumentNode, FieldNode, SelectionSetNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { VariableCondition } from './root-fields.ts';
import { conditionsOf } from './root-fields.ts';

/** A field that an entity fetch selects of the entities themselves. */
export interface EntityField {
  readonly typeName: string;
  readonly field: FieldNode;
  readonly conditions: readonly VariableCondition[];
}

/** The entity fields of a fetch's operation; `__typename` takes no requirements and is left out. */
export function entityFieldsOf(document: DocumentNode): readonly EntityField[] {
  const fields: EntityField[] = [];
  const collect = (
    { selections }: SelectionSetNode,
    typeName: string,
    outer: readonly VariableCondition[],
  ): void => {
    for (const selection of selections) {
      const own = conditionsOf(selection.directives ?? []);
      if (own === undefined) continue;
      const conditions = [...outer, ...own];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName;
        collect(selection.selectionSet, condition, conditions);
      } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
        fields.push({ typeName, field: selection, conditions });
      }
    }
  };
  visit(document, {
    Field: ({ selectionSet }) => {
      // The only root field of an entity fetch is `_entities`.
      if (selectionSet !== undefined) collect(selectionSet, '', []);
      return false;
    },
  });
  return fields;
}

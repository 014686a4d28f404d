import type { DocumentNode, FieldNode, SelectionSetNode } from 'graphql';
import { Kind, visit } from 'graphql';

/** A field that an entity fetch selects of the entities themselves. */
export interface EntityField {
  readonly typeName: string;
  readonly field: FieldNode;
}

/** The entity fields of a fetch's operation; `__typename` takes no requirements and is left out. */
export function entityFieldsOf(document: DocumentNode): readonly EntityField[] {
  const fields: EntityField[] = [];
  const collect = ({ selections }: SelectionSetNode, typeName: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
      } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
        fields.push({ typeName, field: selection });
      }
    }
  };
  visit(document, {
    Field: ({ selectionSet }) => {
      // The only root field of an entity fetch is `_entities`.
      if (selectionSet !== undefined) collect(selectionSet, '');
      return false;
    },
  });
  return fields;
}

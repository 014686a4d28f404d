import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';

/**
 * Selections of the operation in a document of one operation, those of a fragment counted wherever it
 * is spread. Takes time linear in the size of the document, though the count may be exponential.
 */
export function countSelections({ definitions }: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const counts = new Map<string, number>();

  const countFragment = (name: string): number => {
    const known = counts.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const selections = fragment === undefined ? 0 : count(fragment.selectionSet);
    counts.set(name, selections);
    return selections;
  };

  const count = ({ selections }: SelectionSetNode): number => {
    let sum = selections.length;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) sum += countFragment(selection.name.value);
      else if (selection.selectionSet !== undefined) sum += count(selection.selectionSet);
    }
    return sum;
  };

  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? count(operation.selectionSet) : 0;
}

import type { SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';
import type { Row } from '../../kit/define-subgraph.ts';

/**
 * The part of a representation that `@requires` selects. Throws when something is missing: a subgraph
 * could not tell what a gateway forgot from what is null.
 */
export function readRequired(representation: Row, { selections }: SelectionSetNode): Row {
  const read: Record<string, unknown> = {};
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (selection.typeCondition?.name.value !== representation.__typename) continue;
      Object.assign(read, readRequired(representation, selection.selectionSet));
    } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
      const name = selection.name.value;
      const value = representation[name];
      if (value === undefined) throw new Error(`A representation lacks the required ${name}`);
      read[name] = readValue(value, selection.selectionSet);
    }
  }
  return read;
}

function readValue(value: unknown, selectionSet: SelectionSetNode | undefined): unknown {
  if (value === null || selectionSet === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => readValue(item, selectionSet));
  return readRequired(value as Row, selectionSet);
}

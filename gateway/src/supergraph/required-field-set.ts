import type { FieldNode, SelectionNode } from 'graphql';
import { Kind, print, stripIgnoredCharacters } from 'graphql';
import { parseFieldSet } from './join-directives.ts';

/** Where a representation has a required field (names joined by dots), and the name it is planned by. */
export type Requirements = ReadonlyMap<string, string>;

/** What rewriting a field set takes from the supergraph around it. */
export interface FieldNaming {
  /** Name of the type behind a field's lists and non-nulls; undefined for an unknown field. */
  typeOf(typeName: string, fieldName: string): string | undefined;
  /** The field to select in place of one with arguments. */
  syntheticNameOf(typeName: string, field: FieldNode): string;
}

export interface RewrittenFieldSet {
  readonly fieldSet: string;
  readonly requirements: Requirements;
}

/** Rewrites the field set of a `@requires` so that no field in it has arguments. */
export function rewriteFieldSet(
  fieldSet: string,
  typeName: string,
  naming: FieldNaming,
): RewrittenFieldSet {
  const requirements = new Map<string, string>();

  const rewrite = (selection: SelectionNode, parent: string, path: string): SelectionNode => {
    switch (selection.kind) {
      case Kind.FRAGMENT_SPREAD:
        return selection;
      case Kind.INLINE_FRAGMENT: {
        const condition = selection.typeCondition?.name.value ?? parent;
        const selections = selection.selectionSet.selections.map((child) =>
          rewrite(child, condition, path),
        );
        return { ...selection, selectionSet: { ...selection.selectionSet, selections } };
      }
      case Kind.FIELD: {
        const fieldName = selection.name.value;
        const hasArguments = selection.arguments !== undefined && selection.arguments.length > 0;
        const name = hasArguments ? naming.syntheticNameOf(parent, selection) : fieldName;
        const fieldPath = `${path}.${fieldName}`;
        requirements.set(fieldPath, name);
        const type = naming.typeOf(parent, fieldName) ?? '';
        const { selectionSet, arguments: _arguments, ...field } = selection;
        const renamed: FieldNode = { ...field, name: { kind: Kind.NAME, value: name } };
        if (selectionSet === undefined) return renamed;
        const selections = selectionSet.selections.map((child) => rewrite(child, type, fieldPath));
        return { ...renamed, selectionSet: { ...selectionSet, selections } };
      }
    }
  };

  const selections = parseFieldSet(fieldSet).map((selection) => rewrite(selection, typeName, ''));
  return {
    fieldSet: stripIgnoredCharacters(selections.map((selection) => print(selection)).join(' ')),
    requirements,
  };
}

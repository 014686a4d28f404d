import type {
  DirectiveNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import { Kind, visit } from 'graphql';
import { conditionsOf } from './root-fields.ts';

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

/**
 * Takes from an operation the conditions that the planner gets wrong. It drops a required field that
 * the client leaves out by `@skip(if: true)`, so constant conditions are carried out here; and it
 * drops an object when all that is selected of it may be left out, so such an object gets a
 * `__typename`, which the response does not show.
 */
export function simplifyConditions(document: DocumentNode): DocumentNode {
  return keepObjects(
    visit(document, {
      Field: settle,
      InlineFragment: settle,
      FragmentSpread: settle,
      SelectionSet: { leave: fill },
    }),
  );
}

function settle<Node extends SelectionNode>(node: Node): Node | null | undefined {
  const { directives } = node;
  if (directives === undefined || directives.length === 0) return undefined;
  if (conditionsOf(directives) === undefined) return null;
  const open = directives.filter((directive) => !isConstant(directive));
  return open.length === directives.length ? undefined : { ...node, directives: open };
}

function isConstant({ name, arguments: given }: DirectiveNode): boolean {
  const isCondition = name.value === 'skip' || name.value === 'include';
  return isCondition && given?.every(({ value }) => value.kind === Kind.BOOLEAN) === true;
}

function fill(node: SelectionSetNode): SelectionSetNode | undefined {
  return node.selections.length === 0 ? { ...node, selections: [typenameField] } : undefined;
}

function keepObjects(document: DocumentNode): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const fragmentSelects = new Map<string, boolean>();

  const fragmentSelectsAnyway = (name: string): boolean => {
    let selects = fragmentSelects.get(name);
    if (selects === undefined) {
      const fragment = fragments.get(name);
      selects = fragment !== undefined && selectsAnyway(fragment.selectionSet);
      fragmentSelects.set(name, selects);
    }
    return selects;
  };

  /** True when something is selected whatever the variables are. */
  const selectsAnyway = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (conditionsOf(selection.directives ?? [])?.length !== 0) return false;
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return fragmentSelectsAnyway(selection.name.value);
      return selection.kind === Kind.FIELD || selectsAnyway(selection.selectionSet);
    });

  return visit(document, {
    Field: {
      leave: (node) => {
        const { selectionSet } = node;
        if (selectionSet === undefined || selectsAnyway(selectionSet)) return undefined;
        const selections = [typenameField, ...selectionSet.selections];
        return { ...node, selectionSet: { ...selectionSet, selections } };
      },
    },
  });
}

import type { ASTNode, DocumentNode, GraphQLSchema, SelectionNode } from 'graphql';
import { Kind, parse, print, validate, visit } from 'graphql';
import type { RandomOperation } from '../random-operation.ts';

/** Attempts to make an operation smaller; each runs it. */
const attemptsMax = 500;

/** Nodes that an operation can do without. */
const optionalKinds: ReadonlySet<string> = new Set([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
]);

/** Leaves out what it can while the operation stays valid and `isInteresting`. */
export async function shrinkOperation(
  operation: RandomOperation,
  schema: GraphQLSchema,
  isInteresting: (operation: RandomOperation) => Promise<boolean>,
): Promise<RandomOperation> {
  let smallest = operation;
  let attempts = 0;
  for (const step of [inlineSpread, withoutNode, withoutAlias, withoutFragment]) {
    for (let index = 0; attempts < attemptsMax; ) {
      const document = step(parse(smallest.query, { noLocation: true }), index);
      if (document === undefined) break;
      const candidate = tidy(document, smallest);
      attempts += 1;
      const isKept =
        validate(schema, parse(candidate.query)).length === 0 && (await isInteresting(candidate));
      if (isKept) smallest = candidate;
      else index += 1;
    }
  }
  return smallest;
}

/** The document with the node that is the index-th of its kind changed; undefined past the last. */
function changeNode(
  document: DocumentNode,
  index: number,
  change: (node: ASTNode) => ASTNode | readonly ASTNode[] | null | undefined,
): DocumentNode | undefined {
  let count = -1;
  let isChanged = false;
  const changed = visit(document, {
    enter: (node) => {
      if (isChanged) return false;
      const result = change(node);
      if (result === undefined) return undefined;
      count += 1;
      if (count < index) return undefined;
      isChanged = true;
      return result;
    },
  });
  return isChanged ? changed : undefined;
}

function withoutNode(document: DocumentNode, index: number): DocumentNode | undefined {
  return changeNode(document, index, (node) => (optionalKinds.has(node.kind) ? null : undefined));
}

function withoutAlias(document: DocumentNode, index: number): DocumentNode | undefined {
  return changeNode(document, index, (node) => {
    if (node.kind !== Kind.FIELD || node.alias === undefined) return undefined;
    const { alias: _alias, ...field } = node;
    return field;
  });
}

function inlineSpread(document: DocumentNode, index: number): DocumentNode | undefined {
  return changeNode(document, index, (node) => {
    if (node.kind !== Kind.FRAGMENT_SPREAD) return undefined;
    const fragment = document.definitions.find(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
    );
    if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return undefined;
    const { typeCondition, selectionSet } = fragment;
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition,
      selectionSet,
      directives: node.directives ?? [],
    };
  });
}

/** What an inline fragment selects takes its place. */
function withoutFragment(document: DocumentNode, index: number): DocumentNode | undefined {
  return changeNode(document, index, (node) => {
    if (node.kind !== Kind.SELECTION_SET) return undefined;
    const position = node.selections.findIndex(({ kind }) => kind === Kind.INLINE_FRAGMENT);
    const fragment = node.selections[position];
    if (fragment?.kind !== Kind.INLINE_FRAGMENT) return undefined;
    const selections = node.selections.toSpliced(position, 1, ...fragment.selectionSet.selections);
    return { ...node, selections };
  });
}

/** Takes out what the change has left without use. */
function tidy(document: DocumentNode, { variables }: RandomOperation): RandomOperation {
  const typename: SelectionNode = {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: '__typename' },
  };
  const filled = visit(document, {
    SelectionSet: {
      leave: (node) =>
        node.selections.length === 0 ? { ...node, selections: [typename] } : undefined,
    },
  });
  const spreads = namesOf(filled, Kind.FRAGMENT_SPREAD);
  const used = {
    ...filled,
    definitions: filled.definitions.filter(
      (definition) =>
        definition.kind !== Kind.FRAGMENT_DEFINITION || spreads.has(definition.name.value),
    ),
  };
  const given = namesOf(visit(used, { VariableDefinition: () => null }), Kind.VARIABLE);
  const declared = visit(used, {
    VariableDefinition: (node) => (given.has(node.variable.name.value) ? undefined : null),
  });
  const kept = Object.entries(variables).filter(([name]) => given.has(name));
  return { query: print(declared), variables: Object.fromEntries(kept) };
}

function namesOf(
  document: DocumentNode,
  kind: Kind.FRAGMENT_SPREAD | Kind.VARIABLE,
): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    enter: (node) => {
      if (node.kind === kind && 'name' in node) names.add(node.name.value);
    },
  });
  return names;
}

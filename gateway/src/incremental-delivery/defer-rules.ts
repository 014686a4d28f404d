import type {
  ASTVisitor,
  DirectiveNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationContext,
} from 'graphql';
import { GraphQLError, Kind, OperationTypeNode } from 'graphql';

/**
 * What validation demands of `@defer` beyond its definition (GraphQL incremental delivery, section
 * 5.7): a label is a literal that no other has; nothing of a subscription is deferred, and no root
 * field of a mutation, which would run out of turn.
 */
export function deferRule(context: ValidationContext): ASTVisitor {
  const labels = new Map<string, DirectiveNode>();
  return {
    Directive: (node) => {
      if (node.name.value === 'defer') checkLabel(node, labels, context);
    },
    OperationDefinition: (node) => {
      if (node.operation === OperationTypeNode.SUBSCRIPTION) refuseInSubscription(node, context);
      if (node.operation === OperationTypeNode.MUTATION) refuseAtMutationRoot(node, context);
    },
  };
}

function checkLabel(
  node: DirectiveNode,
  labels: Map<string, DirectiveNode>,
  context: ValidationContext,
): void {
  const value = node.arguments?.find(({ name }) => name.value === 'label')?.value;
  if (value === undefined || value.kind === Kind.NULL) return;
  if (value.kind !== Kind.STRING) {
    report(context, 'Argument "label" of directive "@defer" must be a string literal.', [node]);
    return;
  }
  const other = labels.get(value.value);
  labels.set(value.value, node);
  if (other === undefined) return;
  report(context, `Label "${value.value}" is on two directives "@defer".`, [other, node]);
}

function refuseInSubscription(
  { selectionSet }: OperationDefinitionNode,
  context: ValidationContext,
): void {
  for (const directive of defersIn(selectionSet, context, { isDeep: true })) {
    const message =
      'Directive "@defer" cannot be used in a subscription: each event is answered as a whole. ' +
      'Leave it out, or disable it with `if: false`.';
    report(context, message, [directive]);
  }
}

function refuseAtMutationRoot(
  { selectionSet }: OperationDefinitionNode,
  context: ValidationContext,
): void {
  for (const directive of defersIn(selectionSet, context, { isDeep: false })) {
    const message =
      'Directive "@defer" cannot be used on root fields of a mutation, which run in turn. ' +
      'Use it on what the fields return.';
    report(context, message, [directive]);
  }
}

/** `@defer` on the fragments of a selection, of its fields too if it goes deep, none twice. */
function defersIn(
  selectionSet: SelectionSetNode,
  context: ValidationContext,
  { isDeep }: { readonly isDeep: boolean },
): ReadonlySet<DirectiveNode> {
  const found = new Set<DirectiveNode>();
  const visitedFragments = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (isDeep && selection.selectionSet !== undefined) collect(selection.selectionSet);
        continue;
      }
      for (const directive of selection.directives ?? []) {
        if (directive.name.value === 'defer' && !isOff(directive)) found.add(directive);
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
        continue;
      }
      const name = selection.name.value;
      const fragment = context.getFragment(name);
      if (fragment === undefined || fragment === null || visitedFragments.has(name)) continue;
      visitedFragments.add(name);
      collect(fragment.selectionSet);
    }
  };
  collect(selectionSet);
  return found;
}

function isOff({ arguments: given = [] }: DirectiveNode): boolean {
  const condition = given.find(({ name }) => name.value === 'if')?.value;
  return condition?.kind === Kind.BOOLEAN && !condition.value;
}

function report(
  context: ValidationContext,
  message: string,
  nodes: readonly DirectiveNode[],
): void {
  context.reportError(new GraphQLError(message, { nodes }));
}

import type { DirectiveNode } from 'graphql';
import { Kind, separateOperations, visit } from 'graphql';
import { markDeferred } from '../incremental-delivery/mark-deferred.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import type { NormalizedOperation } from './normalize-operation.ts';
import { prepareOperation } from './normalize-operation.ts';

/** Combinations of `@defer(if:)` that are kept of one operation. */
const variantsMax = 32;

type Variables = Readonly<Record<string, unknown>>;

const variantsOf = new WeakMap<NormalizedOperation, Map<string, NormalizedOperation>>();

/**
 * Decides which fragments are deferred: those whose `@defer` is not off by its `if`, for a client that
 * takes an answer in parts, else none. Returns an operation in which every `@defer` left is in force;
 * one without any runs like one that never had them. Throws AppError OPERATION_TOO_COMPLEX when it
 * defers too many fragments.
 */
export function deferFragments(
  normalized: NormalizedOperation,
  view: GraphView,
  options: { readonly variables: Variables; readonly takesParts: boolean },
): NormalizedOperation {
  if (!normalized.hasDefer) return normalized;
  let variants = variantsOf.get(normalized);
  if (variants === undefined) {
    variants = new Map();
    variantsOf.set(normalized, variants);
  }
  const variables = options.takesParts ? options.variables : undefined;
  const key = variantKey(normalized, variables);
  let variant = variants.get(key);
  if (variant === undefined) {
    variant = createVariant(normalized, view, variables);
    if (variants.size >= variantsMax) variants.clear();
    variants.set(key, variant);
  }
  return variant;
}

/** Undefined variables: nothing is deferred. */
function createVariant(
  { document, operationName = '' }: NormalizedOperation,
  view: GraphView,
  variables: Variables | undefined,
): NormalizedOperation {
  const isDeferred = (directive: DirectiveNode): boolean =>
    variables !== undefined && isInForce(directive, variables);
  const marked = markDeferred(document, isDeferred);
  // Without the fragments that were written out where they are spread.
  const separate = separateOperations(marked.document)[operationName] ?? marked.document;
  const operation = prepareOperation(separate, view);
  const { deferredLabels } = marked;
  return deferredLabels.size === 0 ? operation : { ...operation, deferredLabels };
}

/** One character for each `@defer`: 1 for one that is in force. */
function variantKey({ document }: NormalizedOperation, variables: Variables | undefined): string {
  if (variables === undefined) return '';
  let key = '';
  visit(document, {
    Directive: (directive) => {
      if (directive.name.value === 'defer') key += isInForce(directive, variables) ? '1' : '0';
    },
  });
  return key;
}

/** Its `if` is a boolean literal or variable, and true where nothing is said. */
function isInForce({ arguments: given = [] }: DirectiveNode, variables: Variables): boolean {
  const condition = given.find(({ name }) => name.value === 'if')?.value;
  if (condition?.kind === Kind.VARIABLE) return variables[condition.name.value] !== false;
  return condition?.kind !== Kind.BOOLEAN || condition.value;
}

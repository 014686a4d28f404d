import { AppError } from '@plaza/schema/errors';
import type {
  DefinitionNode,
  DirectiveNode,
  DocumentNode,
  FragmentDefinitionNode,
  InlineFragmentNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import { Kind } from 'graphql';

/** Deferred fragments of one operation, each counted wherever it is spread. */
const deferredFragmentsMax = 100;

export interface MarkedDocument {
  readonly document: DocumentNode;
  /** The client's label of each deferred fragment, by the label that it has in `document`. */
  readonly deferredLabels: ReadonlyMap<string, string | undefined>;
}

/** True when a fragment of the document has `@defer`, whatever its condition. */
export function hasDefer(document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) => 'selectionSet' in definition && selectsDeferred(definition.selectionSet),
  );
}

function selectsDeferred(selectionSet: SelectionSetNode | undefined): boolean {
  return (
    selectionSet?.selections.some(
      (selection) =>
        selection.directives?.some(({ name }) => name.value === 'defer') === true ||
        (selection.kind !== Kind.FRAGMENT_SPREAD && selectsDeferred(selection.selectionSet)),
    ) === true
  );
}

/** The label of a fragment that is deferred, in a document that `markDeferred` made. */
export function labelOfDeferred({ directives }: InlineFragmentNode): string | undefined {
  const directive = directives?.find(({ name }) => name.value === 'defer');
  return directive === undefined ? undefined : writtenLabel(directive);
}

/**
 * The same document of one operation with each fragment that is to be deferred written out where it
 * is spread, under a label of its own; every other `@defer` is gone. So one fragment that is spread
 * at two places is two deferred fragments, which the planner would take for one by their label.
 * Throws AppError OPERATION_TOO_COMPLEX when there are more than 100 of them.
 */
export function markDeferred(
  document: DocumentNode,
  isDeferred: (directive: DirectiveNode) => boolean,
): MarkedDocument {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const marker = new DeferMarker(fragments, isDeferred);
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    switch (definition.kind) {
      case Kind.OPERATION_DEFINITION:
        return [{ ...definition, selectionSet: marker.mark(definition.selectionSet) }];
      case Kind.FRAGMENT_DEFINITION:
        // What it defers is written out wherever it is spread.
        return marker.defers(definition.name.value)
          ? []
          : [{ ...definition, selectionSet: marker.mark(definition.selectionSet) }];
      default:
        return [definition];
    }
  });
  return { document: { ...document, definitions }, deferredLabels: marker.labels };
}

class DeferMarker {
  readonly labels = new Map<string, string | undefined>();
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #isDeferred: (directive: DirectiveNode) => boolean;
  readonly #defers = new Map<string, boolean>();

  constructor(
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    isDeferred: (directive: DirectiveNode) => boolean,
  ) {
    this.#fragments = fragments;
    this.#isDeferred = isDeferred;
  }

  mark(selectionSet: SelectionSetNode): SelectionSetNode {
    return { ...selectionSet, selections: selectionSet.selections.map((one) => this.#write(one)) };
  }

  /** True when a fragment in this one, or in those that it spreads, is deferred. */
  defers(fragmentName: string): boolean {
    let defers = this.#defers.get(fragmentName);
    if (defers === undefined) {
      const fragment = this.#fragments.get(fragmentName);
      defers = fragment?.selectionSet.selections.some((one) => this.#hasDeferred(one)) === true;
      this.#defers.set(fragmentName, defers);
    }
    return defers;
  }

  #hasDeferred(selection: SelectionNode): boolean {
    if (this.#deferOf(selection) !== undefined) return true;
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.defers(selection.name.value);
    return selection.selectionSet?.selections.some((one) => this.#hasDeferred(one)) === true;
  }

  #write(selection: SelectionNode): SelectionNode {
    if (selection.kind === Kind.FIELD) {
      const { selectionSet } = selection;
      if (selectionSet === undefined) return selection;
      return { ...selection, selectionSet: this.mark(selectionSet) };
    }
    const deferred = this.#deferOf(selection);
    const others = selection.directives?.filter(({ name }) => name.value !== 'defer') ?? [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return this.#writeFragment({ ...selection, directives: others }, deferred);
    }
    const { name } = selection;
    const fragment = this.#fragments.get(name.value);
    if (fragment === undefined || (deferred === undefined && !this.defers(name.value))) {
      return { ...selection, directives: others };
    }
    const { typeCondition, selectionSet } = fragment;
    const kind = Kind.INLINE_FRAGMENT;
    return this.#writeFragment({ kind, typeCondition, directives: others, selectionSet }, deferred);
  }

  #writeFragment(
    fragment: InlineFragmentNode,
    deferred: DirectiveNode | undefined,
  ): InlineFragmentNode {
    const { directives = [] } = fragment;
    // Before what is inside: labels are numbered in the order of the document.
    const marked = deferred === undefined ? directives : [...directives, this.#label(deferred)];
    return { ...fragment, directives: marked, selectionSet: this.mark(fragment.selectionSet) };
  }

  #label(deferred: DirectiveNode): DirectiveNode {
    if (this.labels.size >= deferredFragmentsMax) {
      throw new AppError(
        'OPERATION_TOO_COMPLEX',
        `The operation defers more than ${deferredFragmentsMax} fragments. Defer fewer, larger ones.`,
      );
    }
    const label = `d${this.labels.size}`;
    this.labels.set(label, writtenLabel(deferred));
    return {
      kind: Kind.DIRECTIVE,
      name: { kind: Kind.NAME, value: 'defer' },
      arguments: [
        {
          kind: Kind.ARGUMENT,
          name: { kind: Kind.NAME, value: 'label' },
          value: { kind: Kind.STRING, value: label },
        },
      ],
    };
  }

  #deferOf(selection: SelectionNode): DirectiveNode | undefined {
    return selection.directives?.find(
      (directive) => directive.name.value === 'defer' && this.#isDeferred(directive),
    );
  }
}

function writtenLabel({ arguments: given }: DirectiveNode): string | undefined {
  const value = given?.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

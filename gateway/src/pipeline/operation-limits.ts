import { AppError } from '@plaza/schema/errors';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';

/** What one operation may ask for. Fragments count wherever they are spread. */
export interface OperationLimits {
  readonly depthMax: number;
  readonly aliasesMax: number;
  readonly rootFieldsMax: number;
  readonly directivesMax: number;
}

interface Measure {
  /** Levels of fields. */
  readonly depth: number;
  readonly aliases: number;
  /** Fields of the selection itself, those of its fragments included. */
  readonly fields: number;
  readonly directives: number;
}

const nothing: Measure = { depth: 0, aliases: 0, fields: 0, directives: 0 };

/**
 * Measures every operation of a document in time linear in its size, so it may run before
 * validation, whose cost grows with the square of what these limits bound.
 * Throws AppError OPERATION_TOO_COMPLEX naming the limit, the value and what is allowed.
 */
export function checkOperationLimits(document: DocumentNode, limits: OperationLimits): void {
  const measureOf = createMeasurer(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, aliases, fields, directives } = measureOf(definition.selectionSet);
    const ofOperation = countDirectives(definition, ...(definition.variableDefinitions ?? []));
    requireAtMost('depthMax', depth, limits.depthMax, 'levels of fields');
    requireAtMost('aliasesMax', aliases, limits.aliasesMax, 'aliases');
    requireAtMost('rootFieldsMax', fields, limits.rootFieldsMax, 'root fields');
    requireAtMost('directivesMax', directives + ofOperation, limits.directivesMax, 'directives');
  }
}

function createMeasurer(document: DocumentNode): (selection: SelectionSetNode) => Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const measured = new Map<string, Measure>();

  const measureFragment = (name: string): Measure => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself counts nothing inside itself: validation refuses it next.
    measured.set(name, nothing);
    const fragment = fragments.get(name);
    const inner = fragment === undefined ? nothing : measureSelections(fragment.selectionSet);
    const own = fragment === undefined ? 0 : countDirectives(fragment);
    const measure = { ...inner, directives: inner.directives + own };
    measured.set(name, measure);
    return measure;
  };

  const measureSelections = (selectionSet: SelectionSetNode): Measure => {
    let { depth, aliases, fields, directives } = nothing;
    for (const selection of selectionSet.selections) {
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(selection.name.value)
          : measureOptional(selection.selectionSet);
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
      aliases += inner.aliases + (isField && selection.alias !== undefined ? 1 : 0);
      fields += isField ? 1 : inner.fields;
      directives += inner.directives + countDirectives(selection);
    }
    return { depth, aliases, fields, directives };
  };

  const measureOptional = (selectionSet: SelectionSetNode | undefined): Measure =>
    selectionSet === undefined ? nothing : measureSelections(selectionSet);

  return measureSelections;
}

function countDirectives(
  ...nodes: readonly { readonly directives?: readonly unknown[] | undefined }[]
): number {
  return nodes.reduce((sum, { directives = [] }) => sum + directives.length, 0);
}

function requireAtMost(limit: string, value: number, allowed: number, what: string): void {
  if (value <= allowed) return;
  const message = `The operation has ${value} ${what}; ${allowed} are allowed (limits.${limit})`;
  throw new AppError('OPERATION_TOO_COMPLEX', message, { details: { limit, value, allowed } });
}

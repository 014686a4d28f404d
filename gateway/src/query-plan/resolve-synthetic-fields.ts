import type { FieldNode } from 'graphql';
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { SyntheticFields } from '../supergraph/synthetic-fields.ts';
import { syntheticPrefix } from './data-path.ts';
import type { DataRewrite, FetchNode, RequiresSelection } from './plan-node.ts';

/**
 * Turns a fetch of synthetic fields (see `addSyntheticFields`) into one of real fields: the operation
 * selects the real field under the synthetic name, and representations give it its real name back.
 */
export function resolveSyntheticFields(fetch: FetchNode, synthetic: SyntheticFields): FetchNode {
  if (synthetic.byName.size === 0) return fetch;
  const renamers = renamersOf(fetch.requires ?? [], [], synthetic);
  const inputRewrites = [...(fetch.inputRewrites ?? []), ...renamers];
  return {
    ...fetch,
    operation: resolveOperation(fetch.operation, synthetic),
    ...(inputRewrites.length === 0 ? {} : { inputRewrites }),
    ...(fetch.parts === undefined
      ? {}
      : { parts: fetch.parts.map((part) => resolveSyntheticFields(part, synthetic)) }),
  };
}

function resolveOperation(operation: string, { byName }: SyntheticFields): string {
  if (!operation.includes(syntheticPrefix)) return operation;
  const document = visit(parse(operation, { noLocation: true }), {
    Field: (node): FieldNode | undefined => {
      const field = byName.get(node.name.value);
      if (field === undefined) return undefined;
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: field.fieldName },
        // Arguments that the planner has put there are those of contexts.
        arguments: [...field.arguments, ...(node.arguments ?? [])],
      };
    },
  });
  return stripIgnoredCharacters(print(document));
}

/** Deepest first, so that the path above a renamed key still holds the synthetic names. */
function renamersOf(
  selections: readonly RequiresSelection[],
  path: readonly string[],
  synthetic: SyntheticFields,
): readonly DataRewrite[] {
  return selections.flatMap((selection): readonly DataRewrite[] => {
    if (selection.kind === 'InlineFragment') {
      return renamersOf(selection.selections, path, synthetic);
    }
    const ownPath = [...path, selection.name];
    const inner = renamersOf(selection.selections ?? [], ownPath, synthetic);
    const field = synthetic.byName.get(selection.name);
    if (field === undefined) return inner;
    return [...inner, { kind: 'KeyRenamer', path: ownPath, renameKeyTo: field.fieldName }];
  });
}

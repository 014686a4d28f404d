import type { FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';
import type { ResponsePath } from '../query-plan/data-path.ts';

/** The response names that an operation selects at one level, whatever the types and conditions. */
export class SelectedNames {
  readonly #selectionSets: readonly SelectionSetNode[];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #children: Map<string, SelectionSetNode[]> | undefined;
  readonly #levels = new Map<string, SelectedNames>();

  constructor(
    selectionSets: readonly SelectionSetNode[],
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.#selectionSets = selectionSets;
    this.#fragments = fragments;
  }

  /** The path up to where it leaves what the client selected, as that of a required field does. */
  trim(path: ResponsePath): ResponsePath {
    let level: SelectedNames | undefined = this;
    for (const [index, key] of path.entries()) {
      if (typeof key === 'number') continue;
      level = level.#below(key);
      if (level === undefined) return path.slice(0, index);
    }
    return path;
  }

  #below(name: string): SelectedNames | undefined {
    const known = this.#levels.get(name);
    if (known !== undefined) return known;
    this.#children ??= this.#collectChildren();
    const selectionSets = this.#children.get(name);
    if (selectionSets === undefined) return undefined;
    const below = new SelectedNames(selectionSets, this.#fragments);
    this.#levels.set(name, below);
    return below;
  }

  #collectChildren(): Map<string, SelectionSetNode[]> {
    const children = new Map<string, SelectionSetNode[]>();
    const visitedFragments = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const name = selection.alias?.value ?? selection.name.value;
          const selectionSets = children.get(name) ?? [];
          children.set(name, selectionSets);
          if (selection.selectionSet !== undefined) selectionSets.push(selection.selectionSet);
          continue;
        }
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
          continue;
        }
        const name = selection.name.value;
        const fragment = this.#fragments.get(name);
        if (fragment === undefined || visitedFragments.has(name)) continue;
        visitedFragments.add(name);
        collect(fragment.selectionSet);
      }
    };
    for (const selectionSet of this.#selectionSets) collect(selectionSet);
    return children;
  }
}

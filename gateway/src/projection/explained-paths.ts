import type { FetchError } from '../query-plan/fetch-errors.ts';

/** Key of a response path; the map is the tree of all paths that begin with the keys so far. */
interface PathTree {
  isEnd: boolean;
  readonly children: Map<string | number, PathTree>;
}

/**
 * Says which nulls of the response an error speaks of already: those at its path, below it, and
 * above it, since a null that is not allowed takes its parent's place.
 */
export class ExplainedPaths {
  readonly #errors: readonly FetchError[];
  #tree: PathTree | undefined;

  constructor(errors: readonly FetchError[]) {
    this.#errors = errors;
  }

  has(path: readonly (string | number)[]): boolean {
    if (this.#errors.length === 0) return false;
    this.#tree ??= buildTree(this.#errors);
    let tree = this.#tree;
    for (const key of path) {
      if (tree.isEnd) return true;
      const child = tree.children.get(key);
      if (child === undefined) return false;
      tree = child;
    }
    return true;
  }
}

function buildTree(errors: readonly FetchError[]): PathTree {
  const root: PathTree = { isEnd: false, children: new Map() };
  for (const { explains } of errors) {
    for (const path of explains) {
      let tree = root;
      for (const key of path) {
        let child = tree.children.get(key);
        if (child === undefined) {
          child = { isEnd: false, children: new Map() };
          tree.children.set(key, child);
        }
        tree = child;
      }
      tree.isEnd = true;
    }
  }
  return root;
}

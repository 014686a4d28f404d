import type { SelectionNode } from 'graphql';
import { Kind, parse } from 'graphql';
import type { DeferNode, FetchNode, PlanNode, RequiresSelection } from './plan-node.ts';

/** A set of places in the data: keys joined by dots, items of lists and types left out. */
type Places = ReadonlySet<string>;

/** What a part of a plan takes from the rest of it and what it brings. */
interface Traffic {
  readonly needs: Places;
  readonly gives: Places;
}

const nowhere: Places = new Set();

/**
 * Puts a fetch behind the one that brings what it requires. The planner now and then lets go of that
 * order when the way to a required field leads through the subgraph that the object comes from. A plan
 * that is in order stays as it is.
 */
export function orderFetches(node: PlanNode): PlanNode {
  const traffic = new Map<PlanNode, Traffic>();
  measure(node, '', traffic);
  return new FetchOrder(traffic).arrange(node, nowhere);
}

class FetchOrder {
  readonly #traffic: ReadonlyMap<PlanNode, Traffic>;

  constructor(traffic: ReadonlyMap<PlanNode, Traffic>) {
    this.#traffic = traffic;
  }

  /** `given` is what is there before the node runs. */
  arrange(node: PlanNode, given: Places): PlanNode {
    switch (node.kind) {
      case 'Sequence':
        return this.#arrangeSequence(node.nodes, given);
      case 'Parallel':
        return this.#arrangeParallel(node.nodes, given);
      case 'Flatten':
        return { ...node, node: this.arrange(node.node, given) };
      case 'Condition': {
        const { ifClause, elseClause } = node;
        return {
          ...node,
          ...(ifClause && { ifClause: this.arrange(ifClause, given) }),
          ...(elseClause && { elseClause: this.arrange(elseClause, given) }),
        };
      }
      case 'Defer':
        return this.#arrangeDefer(node, given);
      case 'Subscription': {
        const { primary, rest } = node;
        if (rest === undefined) return node;
        const known = new Set([...given, ...this.#of(primary).gives]);
        return { ...node, rest: this.arrange(rest, known) };
      }
      case 'Fetch':
        return node;
    }
  }

  /** Each time the first node that waits for no other one of the rest. */
  #arrangeSequence(nodes: readonly PlanNode[], given: Places): PlanNode {
    const rest = [...nodes];
    const arranged: PlanNode[] = [];
    const known = new Set(given);
    while (rest.length > 0) {
      const ready = rest.findIndex((node) => !this.#waits(node, rest, known));
      const [next] = rest.splice(Math.max(ready, 0), 1);
      if (next === undefined) break;
      arranged.push(this.arrange(next, known));
      for (const place of this.#of(next).gives) known.add(place);
    }
    return { kind: 'Sequence', nodes: arranged };
  }

  #arrangeParallel(nodes: readonly PlanNode[], given: Places): PlanNode {
    const waiting = nodes.filter((node) => this.#waits(node, nodes, given));
    const ready = nodes.filter((node) => !waiting.includes(node));
    if (waiting.length === 0 || ready.length === 0) return this.#parallel(nodes, given);
    const known = new Set([...given, ...ready.flatMap((node) => [...this.#of(node).gives])]);
    return {
      kind: 'Sequence',
      nodes: [this.#parallel(ready, given), this.#arrangeParallel(waiting, known)],
    };
  }

  /** What is deferred runs after the primary part in any case. */
  #arrangeDefer(node: DeferNode, given: Places): DeferNode {
    const { primary, deferred } = node;
    const known =
      primary.node === undefined ? given : new Set([...given, ...this.#of(primary.node).gives]);
    return {
      ...node,
      primary: { ...primary, ...(primary.node && { node: this.arrange(primary.node, given) }) },
      deferred: deferred.map((part) => ({
        ...part,
        ...(part.node && { node: this.arrange(part.node, known) }),
      })),
    };
  }

  #parallel(nodes: readonly PlanNode[], given: Places): PlanNode {
    const arranged = nodes.map((node) => this.arrange(node, given));
    const [only] = arranged;
    return only !== undefined && arranged.length === 1
      ? only
      : { kind: 'Parallel', nodes: arranged };
  }

  /** True when another node brings what this one needs and is not there. */
  #waits(node: PlanNode, others: readonly PlanNode[], given: Places): boolean {
    return [...this.#of(node).needs].some(
      (place) =>
        !given.has(place) &&
        others.some((other) => other !== node && this.#of(other).gives.has(place)),
    );
  }

  #of(node: PlanNode): Traffic {
    return this.#traffic.get(node) ?? { needs: nowhere, gives: nowhere };
  }
}

/** Finds out the traffic of the node and of all in it. */
function measure(node: PlanNode, path: string, traffic: Map<PlanNode, Traffic>): Traffic {
  const inner = (nodes: readonly (PlanNode | undefined)[], at: string): Traffic => {
    const parts = nodes.flatMap((child) => (child ? [measure(child, at, traffic)] : []));
    const gives = new Set(parts.flatMap((part) => [...part.gives]));
    const needs = parts.flatMap((part) => [...part.needs]).filter((place) => !gives.has(place));
    return { needs: new Set(needs), gives };
  };
  const ofNode = (): Traffic => {
    switch (node.kind) {
      case 'Fetch':
        return trafficOf(node, path);
      case 'Flatten':
        return inner([node.node], node.path.reduce<string>(placeIn, path));
      case 'Sequence':
      case 'Parallel':
        return inner(node.nodes, path);
      case 'Condition':
        return inner([node.ifClause, node.elseClause], path);
      case 'Defer':
        return inner([node.primary.node, ...node.deferred.map((part) => part.node)], path);
      case 'Subscription':
        return inner([node.primary, node.rest], path);
    }
  };
  const found = ofNode();
  traffic.set(node, found);
  return found;
}

function trafficOf(fetch: FetchNode, path: string): Traffic {
  const { operation, requires, outputRewrites = [] } = fetch;
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return { needs: nowhere, gives: nowhere };
  const finalNames = new Map<unknown, string>();
  for (const rewrite of outputRewrites) {
    if (rewrite.kind === 'KeyRenamer') finalNames.set(rewrite.path.at(-1), rewrite.renameKeyTo);
  }
  const gives = new Set<string>();
  const needs = new Set<string>();
  let { selections } = definition.selectionSet;
  if (requires !== undefined) {
    addRequired(requires, path, needs);
    selections = selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? (selection.selectionSet?.selections ?? []) : [],
    );
  }
  addSelected(selections, path, { gives, finalNames });
  return { needs, gives };
}

function addSelected(
  selections: readonly SelectionNode[],
  path: string,
  into: { readonly gives: Set<string>; readonly finalNames: ReadonlyMap<unknown, string> },
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    const inner = selection.selectionSet?.selections ?? [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      addSelected(inner, path, into);
      continue;
    }
    const key = (selection.alias ?? selection.name).value;
    const place = placeIn(path, into.finalNames.get(key) ?? key);
    into.gives.add(place);
    addSelected(inner, place, into);
  }
}

function addRequired(
  selections: readonly RequiresSelection[],
  path: string,
  needs: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      addRequired(selection.selections, path, needs);
    } else if (selection.name !== '__typename') {
      const place = placeIn(path, selection.alias ?? selection.name);
      needs.add(place);
      addRequired(selection.selections ?? [], place, needs);
    }
  }
}

/** The place below a path to which an element of a plan's path leads. */
function placeIn(path: string, element: string | number): string {
  const [key = ''] = String(element).split('|');
  if (key === '' || key === '@') return path;
  return path === '' ? key : `${path}.${key}`;
}

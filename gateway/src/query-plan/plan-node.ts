import type { RootField } from './root-fields.ts';

/**
 * The query plan as JSON: what the planner makes and the executor runs.
 * The shape is that of @apollo/query-planner 2.14, plus `unanswered` and `parts`. A plan can be cached
 * and sent between processes as it is.
 */
export interface QueryPlan {
  readonly kind: 'QueryPlan';
  /** Absent when nothing has to be fetched: introspection, `__typename`, or all fields skipped. */
  readonly node?: PlanNode;
  /** Selected root fields that no fetch asks for: an operation that selects one has no answer. */
  readonly unanswered?: readonly RootField[];
}

export type PlanNode =
  | SequenceNode
  | ParallelNode
  | FetchNode
  | FlattenNode
  | ConditionNode
  | DeferNode
  | SubscriptionNode;

export interface SequenceNode {
  readonly kind: 'Sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'Parallel';
  readonly nodes: readonly PlanNode[];
}

export interface FlattenNode {
  readonly kind: 'Flatten';
  /** Response names; `@` stands for each item of a list; `|[A,B]` suffixes restrict the type. */
  readonly path: readonly (string | number)[];
  readonly node: PlanNode;
}

export interface ConditionNode {
  readonly kind: 'Condition';
  /** Name of the boolean variable. */
  readonly condition: string;
  readonly ifClause?: PlanNode;
  readonly elseClause?: PlanNode;
}

export interface FetchNode {
  readonly kind: 'Fetch';
  readonly serviceName: string;
  readonly operation: string;
  readonly operationName?: string;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  readonly variableUsages: readonly string[];
  /** Selection of the fields that make a representation; absent on a root fetch. */
  readonly requires?: readonly RequiresSelection[];
  readonly id?: string;
  readonly hasDefers?: boolean;
  readonly inputRewrites?: readonly DataRewrite[];
  readonly outputRewrites?: readonly DataRewrite[];
  readonly contextRewrites?: readonly DataRewrite[];
  /**
   * The same fetch in parts, each of which requires only what its own fields need: for entities that
   * lack something that the whole fetch requires.
   */
  readonly parts?: readonly FetchNode[];
}

export type RequiresSelection = RequiresFragment | RequiresField;

export interface RequiresFragment {
  readonly kind: 'InlineFragment';
  readonly typeCondition?: string;
  readonly selections: readonly RequiresSelection[];
}

export interface RequiresField {
  readonly kind: 'Field';
  readonly name: string;
  readonly alias?: string;
  readonly selections?: readonly RequiresSelection[];
}

/** A path element is a response name or `... on Type`. */
export type DataRewrite =
  | { readonly kind: 'ValueSetter'; readonly path: readonly string[]; readonly setValueTo: unknown }
  | {
      readonly kind: 'KeyRenamer';
      readonly path: readonly string[];
      readonly renameKeyTo: string;
    };

export interface DeferNode {
  readonly kind: 'Defer';
  readonly primary: { readonly subselection?: string; readonly node?: PlanNode };
  readonly deferred: readonly {
    readonly depends: readonly { readonly id: string; readonly deferLabel?: string }[];
    readonly label?: string;
    readonly queryPath: readonly string[];
    readonly subselection?: string;
    readonly node?: PlanNode;
  }[];
}

export interface SubscriptionNode {
  readonly kind: 'Subscription';
  readonly primary: FetchNode;
  readonly rest?: PlanNode;
}

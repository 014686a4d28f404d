import type { Resolvers, Row, Subgraph } from '../kit/define-subgraph.ts';

/** The right answer, written by hand where Apollo is wrong or no monolith can say. */
export interface ExpectedAnswer {
  readonly data: unknown;
  /** Paths of the errors, dotted, or that there are some, wherever. Default: none. */
  readonly errors?: 'some' | readonly string[];
}

export interface OracleOperation {
  readonly query: string;
  readonly variables?: Row;
  readonly operationName?: string;
  /** Subgraphs that do not answer; such an operation is not compared with the monolith. */
  readonly failing?: readonly string[];
  readonly expected?: ExpectedAnswer;
}

/** One small supergraph with its data, and what to ask it. */
export interface OracleGraph {
  readonly name: string;
  readonly subgraphs: readonly Subgraph[];
  /** Resolvers of one schema (the supergraph's API schema) over the same data. */
  readonly monolith?: Resolvers;
  /** Why ApolloGateway does not boot on this supergraph; absent when it does. */
  readonly refusedByApollo?: string;
  /** By name; a plain text is a query without variables. */
  readonly operations: Readonly<Record<string, string | OracleOperation>>;
}
